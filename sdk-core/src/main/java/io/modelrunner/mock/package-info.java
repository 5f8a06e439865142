/**
 * An adapter without a model, {@link io.modelrunner.mock.MockAdapter}, which says in every answer that it is one.
 */
@NullMarked
package io.modelrunner.mock;

import org.jspecify.annotations.NullMarked;
