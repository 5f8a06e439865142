/**
 * Going on with another adapter when one fails: {@link io.modelrunner.fallback.Fallback}.
 */
@NullMarked
package io.modelrunner.fallback;

import org.jspecify.annotations.NullMarked;
