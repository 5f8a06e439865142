/**
 * A Docker Model Runner in the test's JVM ({@link io.modelrunner.testing.fake.FakeModelRunner}): it keeps state, streams as
 * a runner does and fails on demand ({@link io.modelrunner.testing.fake.Fault}). JUnit hands one to each test
 * ({@link io.modelrunner.testing.fake.FakeModelRunnerExtension}); from a command line it is a stand-in for the image
 * ({@link io.modelrunner.testing.fake.StandIn}).
 *
 * <p>Reading order: {@code Routes} sends each request to the class of its path ({@code ModelRoutes}, {@code Transfers},
 * {@code EngineRoutes}, {@code InferenceRoutes} and the layers of other APIs); these ask {@code Store}, {@code Registry} and
 * {@code Engines}, which hold all state; {@code Faults} may come between.
 */
@NullMarked
package io.modelrunner.testing.fake;

import org.jspecify.annotations.NullMarked;
