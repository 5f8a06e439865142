/**
 * A conversation: requests, messages, responses, and the stream of events an answer arrives as.
 *
 * <p>Begin with {@link io.modelrunner.chat.ChatRequest} and {@link io.modelrunner.chat.ChatStream}.
 */
@NullMarked
package io.modelrunner.chat;

import org.jspecify.annotations.NullMarked;
