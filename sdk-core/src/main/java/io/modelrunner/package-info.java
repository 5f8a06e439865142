/**
 * What every part of the SDK speaks of: names and facts of models, endpoints, limits of waiting, and the errors.
 *
 * <p>Begin with {@link io.modelrunner.ModelRunnerException} for what can go wrong, and with
 * {@link io.modelrunner.adapter.LLMAdapter} for what can be done.
 *
 * @serial exclude
 */
@NullMarked
package io.modelrunner;

import org.jspecify.annotations.NullMarked;
