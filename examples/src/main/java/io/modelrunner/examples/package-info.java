/**
 * Programs that run. {@link io.modelrunner.examples.Chat}, {@link io.modelrunner.examples.Streaming} and
 * {@link io.modelrunner.examples.Tools} show one thing each; {@link io.modelrunner.examples.QuickStart} and
 * {@link io.modelrunner.examples.Models} are whole command line programs.
 */
@NullMarked
package io.modelrunner.examples;

import org.jspecify.annotations.NullMarked;
