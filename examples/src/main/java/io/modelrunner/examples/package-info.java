/**
 * Programs that run. {@link io.modelrunner.examples.Chat}, {@link io.modelrunner.examples.Streaming} and
 * {@link io.modelrunner.examples.Tools} show one thing each; {@link io.modelrunner.examples.QuickStart} is a whole
 * command line program.
 */
@NullMarked
package io.modelrunner.examples;

import org.jspecify.annotations.NullMarked;
