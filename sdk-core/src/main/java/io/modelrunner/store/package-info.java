/** The models that a runner keeps: what there is, bringing more, removing them, and what goes wrong with that. */
@NullMarked
package io.modelrunner.store;

import org.jspecify.annotations.NullMarked;
