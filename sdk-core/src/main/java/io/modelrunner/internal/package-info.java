/** What the modules of this project share and nobody else is to use: bounds of input, and what the words of a runner mean. */
@NullMarked
package io.modelrunner.internal;

import org.jspecify.annotations.NullMarked;
