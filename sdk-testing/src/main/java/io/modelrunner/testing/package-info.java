/**
 * What proves an adapter: the contract that every one keeps ({@link io.modelrunner.testing.LLMAdapterContract}), a server
 * that answers by a script ({@link io.modelrunner.testing.ScriptedServer}), exchanges recorded from real runners
 * ({@link io.modelrunner.testing.Recordings}), a whole runner in the test's JVM that keeps state and fails on demand
 * ({@link io.modelrunner.testing.fake.FakeModelRunner}), a replay of your own ({@link io.modelrunner.testing.RecordingAdapter},
 * {@link io.modelrunner.testing.ReplayAdapter}) and assertions ({@link io.modelrunner.testing.ModelRunnerAssertions}).
 */
@NullMarked
package io.modelrunner.testing;

import org.jspecify.annotations.NullMarked;
