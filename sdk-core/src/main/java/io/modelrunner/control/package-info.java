/**
 * Control of a runner beside the asking: what it runs, how models are configured, what is loaded, what it logs.
 *
 * <p>Begin with {@link io.modelrunner.control.RunnerControl}, which an adapter gives by {@code power}.
 */
@NullMarked
package io.modelrunner.control;

import org.jspecify.annotations.NullMarked;
