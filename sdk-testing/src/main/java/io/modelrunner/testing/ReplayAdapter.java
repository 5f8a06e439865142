package io.modelrunner.testing;

import static java.util.Objects.requireNonNull;

import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.Failure;
import io.modelrunner.Model;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers what was recorded from a real runner, without one: for tests that run anywhere.
 *
 * <pre>{@code
 * try (LLMAdapter adapter = ReplayAdapter.from(Path.of("src/test/recordings/greeting"), HttpAdapter::at)) {
 *   assertThat(adapter.chat(ChatRequest.of("ai/smollm2", "Hello"))).isComplete();
 * }
 * }</pre>
 *
 * <p>The files are those of {@link RecordingAdapter}, or {@link Recordings} in the same format. They are served, byte for
 * byte, to a real adapter: errors come as they were, answers break off where they did, and a stream that was cancelled
 * stays open where that happened.
 *
 * <p>A request is answered if one was recorded that means the same: method, path and the members of the JSON, in any
 * order. A stream answers a stream alone; whether its counts were asked for ({@code stream_options}) is nothing. If the
 * same was asked several times, the answers come in their order, then the last again. Any other request is refused with
 * a {@link RequestRefusedException} that shows the nearest recorded one and what is different.
 *
 * <p>That message holds prompts, shortened, as no other message of this SDK does: this is a tool for tests, and nobody
 * could tell otherwise what to change.
 */
public final class ReplayAdapter implements LLMAdapter {
    private static final String NAME = "replay";

    private final ReplayServer server;
    private final LLMAdapter inner;
    private volatile boolean closed;

    private ReplayAdapter(ReplayServer server, LLMAdapter inner) {
        this.server = server;
        this.inner = inner;
    }

    /**
     * {@return an adapter that answers from files}
     *
     * @param directory where the recordings are
     * @param connect makes the adapter that reads them, for an address, such as {@code HttpAdapter::at}; this one owns it
     * @throws IllegalArgumentException if there are no recordings in the directory, or something else
     */
    public static ReplayAdapter from(Path directory, Function<String, ? extends LLMAdapter> connect) {
        List<Recording> recordings = RecordingFiles.read(requireNonNull(directory, "directory"));
        return of(new ReplayServer(directory.toString(), recordings), connect);
    }

    /**
     * {@return an adapter that answers from recordings}
     *
     * @param recordings what is answered; the first that went to an OpenAI path says under which path the API is
     * @param connect makes the adapter that reads them, for an address, such as {@code HttpAdapter::at}; this one owns it
     */
    public static ReplayAdapter from(List<Recording> recordings, Function<String, ? extends LLMAdapter> connect) {
        return of(new ReplayServer("memory", List.copyOf(recordings)), connect);
    }

    private static ReplayAdapter of(ReplayServer server, Function<String, ? extends LLMAdapter> connect) {
        try {
            return new ReplayAdapter(server, connect.apply(server.url()));
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /** {@return {@code replay}, which responses say too} */
    @Override
    public String name() {
        return NAME;
    }

    /** {@return that this is a replay, which is always there} */
    @Override
    public Health health() {
        if (closed) {
            Failure failure = Failure.of("the replay is closed").adapter(NAME).build();
            return Health.down(new CancelledException(failure));
        }
        return Health.up(NAME, null, server.toString());
    }

    @Override
    public Set<Capability> capabilities() {
        return inner.capabilities();
    }

    @Override
    public List<Model> listModels() {
        return told(inner::listModels);
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        return told(() -> replayed(inner.chat(request)));
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        return ChatStream.of(new Replayed(inner.stream(request)));
    }

    /** {@return a power of the adapter that reads the recordings} */
    @Override
    public <T> Optional<T> power(Class<T> type) {
        return inner.power(type);
    }

    @Override
    public void close() {
        closed = true;
        inner.close();
        server.close();
    }

    private static ChatResponse replayed(ChatResponse response) {
        return response.toBuilder().adapter(NAME).build();
    }

    private <T> T told(Supplier<T> call) {
        try {
            return call.get();
        } catch (ModelRunnerException e) {
            Optional<String> explanation = server.explanation(e.what());
            if (explanation.isEmpty()) {
                throw e;
            }
            throw new RequestRefusedException(Failure.of(explanation.get())
                    .adapter(NAME)
                    .model(e.model().orElse(null))
                    .cause(e)
                    .remedy("record it again with RecordingAdapter", "the request was changed on purpose")
                    .build());
        }
    }

    /** A stream of the adapter that reads the recordings. */
    private final class Replayed implements ChatStream.Source {
        private final ChatStream stream;
        private final Iterator<ChatEvent> events;

        Replayed(ChatStream stream) {
            this.stream = stream;
            this.events = stream.iterator();
        }

        @Override
        public ChatEvent next() {
            ChatEvent event = told(events::next);
            return event instanceof ChatEvent.Completed completed
                    ? new ChatEvent.Completed(replayed(completed.response()))
                    : event;
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
