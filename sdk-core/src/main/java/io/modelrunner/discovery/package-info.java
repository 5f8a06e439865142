/** Finding a runner: where it may be, what was found there, and what to do if it is nowhere. */
@NullMarked
package io.modelrunner.discovery;

import org.jspecify.annotations.NullMarked;
