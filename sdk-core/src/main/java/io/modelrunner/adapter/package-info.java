/**
 * The central interface, {@link io.modelrunner.adapter.LLMAdapter}, and what can be said of any adapter.
 */
@NullMarked
package io.modelrunner.adapter;

import org.jspecify.annotations.NullMarked;
