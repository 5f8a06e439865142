/**
 * What the HTTP adapter costs beside clients written by hand. Begin with {@link io.modelrunner.benchmarks.StreamBenchmark};
 * {@link io.modelrunner.benchmarks.StubServer} is who answers all of them.
 */
@NullMarked
package io.modelrunner.benchmarks;

import org.jspecify.annotations.NullMarked;
