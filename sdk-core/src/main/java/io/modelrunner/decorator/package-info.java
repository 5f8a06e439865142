/**
 * Adapters that stand before another and add one thing each: {@link io.modelrunner.decorator.ConcurrencyLimit}, {@link
 * io.modelrunner.decorator.Caching}, {@link io.modelrunner.decorator.Observed}.
 *
 * <p>Each owns the adapter behind it and closes it, and hands on its name, its health, its models, its capabilities and those of its
 * powers that it does not say anything about. They may stand before one another and before and behind a
 * {@link io.modelrunner.fallback.Fallback}.
 */
@NullMarked
package io.modelrunner.decorator;

import org.jspecify.annotations.NullMarked;
