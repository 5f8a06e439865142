/** Validation shared by the packages of this module; not exported. */
@NullMarked
package io.modelrunner.internal;

import org.jspecify.annotations.NullMarked;
