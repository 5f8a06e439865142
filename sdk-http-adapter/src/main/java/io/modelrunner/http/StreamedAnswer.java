package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.internal.ServerError;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The events of an answer as they arrive over HTTP.
 *
 * <p>An answer is complete when it has a finish reason and {@code [DONE]}; with a finish reason alone it is complete but
 * for a warning, as counts may be lost; anything else is broken.
 */
final class StreamedAnswer implements ChatStream.Source {
    /** How long counts and {@code [DONE]} may take behind the reason for the end. */
    private static final long LAST_WORDS_NANOS = Duration.ofSeconds(5).toNanos();

    private final ModelName model;
    private final String adapter;
    private final Attempts attempts;
    private final Function<Attempts, Call> opening;
    private final CompletionReader reader = new CompletionReader();
    private final ChatResponse.Builder response;
    private final ArrayDeque<ChatEvent> ready = new ArrayDeque<>(2);
    private @Nullable SseReader events;
    private long betweenTokens;
    private boolean begun;
    private boolean finished;

    private @Nullable Call call;

    /**
     * @param attempts the request
     * @param opening sends it and gives the call that was answered; used by the first pull
     */
    StreamedAnswer(ModelName model, String adapter, Attempts attempts, Function<Attempts, Call> opening) {
        this.attempts = attempts;
        this.model = model;
        this.adapter = adapter;
        this.opening = opening;
        this.response = ChatResponse.builder(model, adapter);
    }

    @Override
    public ChatEvent next() {
        ChatEvent event = ready.poll();
        if (event != null) {
            return event;
        }
        Call current = call;
        if (current == null) {
            current = open();
            if (current.header("Content-Type").startsWith("application/json")) {
                return unstreamed(current);
            }
        } else {
            current.deadlines().enter(Phase.BETWEEN_TOKENS, betweenTokens);
        }
        event = read(current);
        current.deadlines().pause();
        if (!begun) {
            begun = true;
            current.sawFirstToken();
        }
        return event;
    }

    private Call open() {
        Call opened = opening.apply(attempts);
        call = opened;
        opened.deadlines().enter(Phase.FIRST_TOKEN);
        betweenTokens = opened.deadlines().nanos(Phase.BETWEEN_TOKENS);
        events = new SseReader(opened.body());
        return opened;
    }

    /** What a server sends that knows no streams: the whole answer, in place of its pieces. */
    private ChatEvent unstreamed(Call current) {
        ChatResponse whole = new WholeAnswer(current, model).read(current.readAll(Call.LONGEST_ANSWER));
        whole.reasoning().ifPresent(thoughts -> ready.add(new ChatEvent.Reasoning(thoughts)));
        if (!whole.text().isEmpty()) {
            ready.add(new ChatEvent.Text(whole.text()));
        }
        whole.toolCalls().forEach(toolCall -> ready.add(new ChatEvent.ToolCallEvent(toolCall)));
        String warning = "the server did not stream: the answer came in one piece";
        ready.add(new ChatEvent.Completed(whole.toBuilder().warning(warning).build()));
        return ready.remove();
    }

    private ChatEvent read(Call current) {
        SseReader source = requireNonNull(events);
        try {
            while (source.next()) {
                ChatEvent event = event(current, source);
                if (event != null) {
                    return event;
                }
            }
        } catch (SseReader.EventTooLongException e) {
            throw broken(current, "sent an event that is longer than " + SseReader.LONGEST_EVENT + " bytes", e);
        } catch (IOException e) {
            return endOfStream(current, e);
        }
        return endOfStream(current, null);
    }

    private @Nullable ChatEvent event(Call current, SseReader source) {
        if (isDone(source)) {
            return done(current, source);
        }
        if (source.isError()) {
            byte[] data = Arrays.copyOfRange(source.data(), source.start(), source.start() + source.length());
            throw refused(current, ErrorBody.parse(data));
        }
        if (source.length() == 0) {
            return null;
        }
        Completion chunk;
        try {
            chunk = reader.read(source.data(), source.start(), source.length());
        } catch (JacksonException e) {
            throw broken(current, "sent an event that is not JSON of an answer", e);
        }
        if (chunk.error != null) {
            throw refused(current, chunk.error);
        }
        return take(current, chunk);
    }

    private ModelRunnerException refused(Call current, ServerError error) {
        current.abort();
        return Refusals.inStream(current, error, response.textSoFar());
    }

    private static boolean isDone(SseReader source) {
        byte[] data = source.data();
        int start = source.start();
        return source.length() == 6
                && data[start] == '['
                && data[start + 1] == 'D'
                && data[start + 2] == 'O'
                && data[start + 3] == 'N'
                && data[start + 4] == 'E'
                && data[start + 5] == ']';
    }

    private @Nullable ChatEvent take(Call current, Completion chunk) {
        if (chunk.usage != null) {
            response.usage(chunk.usage);
        }
        if (chunk.timings != null) {
            response.timings(chunk.timings);
        }
        chunk.logprobs.forEach(response::logprob);
        if (chunk.hasToolCallPart) {
            // No event before the call is whole, but the model is at it: that is no stall.
            current.deadlines().enter(Phase.BETWEEN_TOKENS, betweenTokens);
        }
        ChatEvent first = null;
        if (chunk.reasoning != null && !chunk.reasoning.isEmpty()) {
            response.appendReasoning(chunk.reasoning);
            first = new ChatEvent.Reasoning(chunk.reasoning);
        }
        if (chunk.text != null && !chunk.text.isEmpty()) {
            response.appendText(chunk.text);
            first = queue(first, new ChatEvent.Text(chunk.text));
        }
        if (chunk.finishReason != null && !finished) {
            first = finish(current, chunk.finishReason, first);
            current.deadlines().enter(Phase.BETWEEN_TOKENS, betweenTokens);
        }
        return first;
    }

    /** Keeps the order when one chunk brings several events. */
    private ChatEvent queue(@Nullable ChatEvent first, ChatEvent next) {
        if (first == null) {
            return next;
        }
        ready.add(next);
        return first;
    }

    private @Nullable ChatEvent finish(Call current, String word, @Nullable ChatEvent before) {
        finished = true;
        betweenTokens = Math.min(betweenTokens, LAST_WORDS_NANOS);
        CompletionReader.finish(response, word);
        ChatEvent first = before;
        for (ToolCall toolCall : toolCalls(current)) {
            response.toolCall(toolCall);
            first = queue(first, new ChatEvent.ToolCallEvent(toolCall));
        }
        return first;
    }

    private Iterable<ToolCall> toolCalls(Call current) {
        try {
            return reader.toolCalls().calls();
        } catch (InvalidRequestException e) {
            throw broken(current, "sent a tool call that is none", e);
        }
    }

    private ChatEvent done(Call current, SseReader source) {
        if (!finished) {
            throw broken(current, "ended the answer without a reason", null);
        }
        release(current, source);
        return new ChatEvent.Completed(whole(current));
    }

    /**
     * Reads on to the end of the body, so that the connection can be used again. It mostly has arrived with
     * {@code [DONE]}; a server that keeps its answer open loses the connection.
     */
    private static void release(Call current, SseReader source) {
        current.deadlines().enter(Phase.BETWEEN_TOKENS, HttpAdapter.RELEASE_NANOS);
        try {
            while (source.next()) {
                // nothing that comes behind the end counts
            }
            current.deadlines().end();
        } catch (IOException e) {
            current.abort();
        }
    }

    private ChatEvent endOfStream(Call current, @Nullable IOException e) {
        if (finished && current.isUndisturbedButForTheEnd()) {
            current.abort();
            response.warning("the stream ended without [DONE]: counts and timings may be missing");
            return new ChatEvent.Completed(whole(current));
        }
        if (e != null) {
            throw current.failure(e, response.textSoFar());
        }
        throw broken(current, "ended the answer in its middle", null);
    }

    private ChatResponse whole(Call current) {
        Completion last = reader.completion();
        return response.timeline(current.timeline("answered"))
                .id(last.id)
                .servedModel(last.model)
                .build();
    }

    private ModelRunnerException broken(Call current, String what, @Nullable Exception cause) {
        if (!current.isUndisturbed()) {
            return current.failure(cause == null ? new IOException("end of stream") : cause, response.textSoFar());
        }
        current.abort();
        return new BrokenAnswerException(current.facts("the runner at " + current.endpoint() + " " + what)
                .cause(cause)
                .partialText(response.textSoFar())
                .remedy("ask again", "the engine was stopped or failed")
                .build());
    }

    @Override
    public CancelledException cancelled() {
        String what = "the stream was closed";
        Failure.Builder facts = call == null ? Failure.of(what).timeline(attempts.ended()) : call.facts(what);
        return new CancelledException(facts.adapter(adapter)
                .model(model)
                .partialText(response.textSoFar())
                .build());
    }

    @Override
    public void close() {
        attempts.cancellation().cancel();
    }
}
