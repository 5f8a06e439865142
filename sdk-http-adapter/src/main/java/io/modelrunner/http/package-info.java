/**
 * A model runner over HTTP: Docker Model Runner, llama.cpp's own server, and what speaks the OpenAI protocol like them.
 *
 * <p>Begin with {@link io.modelrunner.http.HttpAdapter}. Behind it a call goes through {@code Call} (one exchange with its
 * deadlines and its cancellation), {@code SseReader} and {@code CompletionReader} (bytes to facts), and
 * {@code Refusals} (statuses and bodies to exceptions).
 */
@NullMarked
package io.modelrunner.http;

import org.jspecify.annotations.NullMarked;
