/**
 * Real runners in containers, for tests: begin with
 * {@link io.modelrunner.testcontainers.LlamaCppContainer#withTinyModel()}.
 */
@NullMarked
package io.modelrunner.testcontainers;

import org.jspecify.annotations.NullMarked;
