package io.modelrunner.testing;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Capability;
import io.modelrunner.Model;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Records a conversation with a real runner, for {@link ReplayAdapter}.
 *
 * <p>It stands between an adapter and its runner as a proxy, and writes what both said to one JSON file for each request,
 * numbered in the order of the requests: {@code 001-chat-completions.json}. Answers are passed on byte by byte as they
 * come; a cancel reaches the runner at once. So the recording is what the runner really said, errors and answers that broke
 * off included, and any adapter that speaks HTTP can be recorded.
 *
 * <pre>{@code
 * Path recordings = Path.of("src/test/recordings/greeting");
 * LLMAdapter adapter = Files.exists(recordings)
 *     ? ReplayAdapter.from(recordings, HttpAdapter::at)
 *     : RecordingAdapter.of("http://localhost:12434/engines/v1", recordings, HttpAdapter::at);
 * }</pre>
 *
 * <p>Files are complete once this is closed. What they hold: the prompts and answers, which is their purpose; of the
 * request's headers the type of its content alone, so no key; what the runner says of itself, which may be a path of its disk
 * as the model's name. Look at them before you publish them. What is not recorded: a question that got no answer at all, be
 * it that no runner was there or that it was cancelled before; bytes that are not UTF-8.
 *
 * <p>An answer that was cancelled is recorded as far as it came; it stays open where it ended when it is replayed.
 */
public final class RecordingAdapter implements LLMAdapter {
    private final RecordingProxy proxy;
    private final LLMAdapter inner;

    private RecordingAdapter(RecordingProxy proxy, LLMAdapter inner) {
        this.proxy = proxy;
        this.inner = inner;
    }

    /**
     * {@return an adapter that records}
     *
     * @param runner the address of the real runner, in any form of {@link RunnerEndpoint#parse} that is neither
     *     behind TLS nor behind a Unix socket
     * @param directory where the files go; made if it is missing
     * @param connect makes the adapter for an address, such as {@code HttpAdapter::at}; this one owns it
     * @throws IllegalArgumentException if the runner can't be recorded, or there are recordings in the directory: a mixture of
     *     two conversations is none
     */
    public static RecordingAdapter of(String runner, Path directory, Function<String, ? extends LLMAdapter> connect) {
        requireNonNull(connect, "connect");
        RunnerEndpoint endpoint = RunnerEndpoint.parse(runner);
        if (!endpoint.toString().startsWith("http://")) {
            throw new IllegalArgumentException("a runner behind TLS or a Unix socket can't be recorded: " + endpoint);
        }
        if (!RecordingFiles.files(requireNonNull(directory, "directory")).isEmpty()) {
            throw new IllegalArgumentException(
                    "there are recordings in " + directory + " already: delete them to record anew");
        }
        RecordingProxy proxy = new RecordingProxy(endpoint, directory.toAbsolutePath());
        try {
            return new RecordingAdapter(proxy, connect.apply(proxy.url()));
        } catch (RuntimeException | Error e) {
            proxy.close();
            throw e;
        }
    }

    /** {@return the name of the adapter that is recorded: what it says passes unchanged} */
    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public Health health() {
        return inner.health();
    }

    @Override
    public Set<Capability> capabilities() {
        return inner.capabilities();
    }

    @Override
    public List<Model> listModels() {
        return inner.listModels();
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        return inner.chat(request);
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        return inner.stream(request);
    }

    /** {@return a power of the adapter that is recorded} */
    @Override
    public <T> Optional<T> power(Class<T> type) {
        return inner.power(type);
    }

    /**
     * Ends the calls under way and writes what is left to be written.
     *
     * @throws AssertionError if a file could not be written
     */
    @Override
    public void close() {
        inner.close();
        proxy.close();
    }
}
