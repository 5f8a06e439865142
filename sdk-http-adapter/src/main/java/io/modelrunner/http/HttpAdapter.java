package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.Failure;
import io.modelrunner.Model;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A model runner over HTTP.
 *
 * <p>Speaks to Docker Model Runner, to llama.cpp's own server, and to others that answer in the OpenAI protocol. Where the
 * address names no API path, the server is asked once what it is. Connections are kept and shared; one adapter serves
 * any number of threads, virtual ones included, each of which reads its own answer.
 *
 * <p>The prompt and the answer pass through memory only. No {@code Origin} is sent, because the runner refuses origins
 * that it does not know, and the runner's own trust in everyone who reaches its port is not widened by anything here.
 */
public final class HttpAdapter implements LLMAdapter {
    static final int LONGEST_ERROR = 64 * 1024;
    static final long RELEASE_NANOS = Duration.ofMillis(100).toNanos();

    private static final Set<Capability> CAPABILITIES = Collections.unmodifiableSet(EnumSet.allOf(Capability.class));

    private final RunnerEndpoint endpoint;
    private final Timeouts timeouts;
    private final Transport transport;
    private final Watchdog watchdog = new Watchdog();
    private volatile @Nullable URI chat;
    private volatile @Nullable Dialect dialect;
    private volatile boolean closed;

    /** Also the seam for tests whose answers come from no network. */
    HttpAdapter(Builder builder, Transport transport) {
        this.endpoint = builder.endpoint;
        this.timeouts = builder.timeouts;
        this.transport = transport;
        this.chat = endpoint.bare() ? null : URI.create(endpoint.openAi() + "/chat/completions");
    }

    /**
     * {@return an adapter for a runner}
     *
     * @param address in any form of {@link RunnerEndpoint#parse}; not null
     * @throws io.modelrunner.InvalidRequestException if the address is in none
     */
    public static HttpAdapter at(String address) {
        return builder(address).build();
    }

    /**
     * {@return a builder}
     *
     * @param address in any form of {@link RunnerEndpoint#parse}; not null
     * @throws io.modelrunner.InvalidRequestException if the address is in none
     */
    public static Builder builder(String address) {
        return builder(RunnerEndpoint.parse(address));
    }

    /**
     * {@return a builder}
     *
     * @param endpoint where the runner is; not null
     */
    public static Builder builder(RunnerEndpoint endpoint) {
        return new Builder(requireNonNull(endpoint, "endpoint"));
    }

    /** {@return where the runner is} */
    public RunnerEndpoint endpoint() {
        return endpoint;
    }

    /** {@return {@code http}} */
    @Override
    public String name() {
        return "http";
    }

    /** {@return what answers at the endpoint; takes 2 seconds at most} */
    @Override
    public Health health() {
        try {
            checkOpen();
            return new DialectProbe(this, HttpAdapter::unwatched).find().health();
        } catch (ModelRunnerException e) {
            return Health.down(e);
        }
    }

    /** {@return all there are} */
    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public List<Model> listModels() {
        checkOpen();
        Call call = get(
                openAi(HttpAdapter::unwatched) + "/models",
                timeouts.of(Phase.ANSWER).orElseThrow());
        byte[] body = answer(call);
        try {
            List<Model> models = ModelListReader.read(body);
            if (models != null) {
                return models;
            }
        } catch (JacksonException e) {
            throw notTheForm(call, "a list of models", e);
        }
        throw notTheForm(call, "a list of models", null);
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        requireNonNull(request, "request");
        Call call = chatCall(request, false, HttpAdapter::unwatched);
        byte[] body = answer(call);
        return new WholeAnswer(call, request).read(body);
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        return ChatStream.of(new StreamedAnswer(this, requireNonNull(request, "request")));
    }

    /** {@return the body of an answer that is none of an error} */
    private static byte[] answer(Call call) {
        int status = call.send();
        if (status != 200) {
            throw Refusals.of(call, status, call.readSome(LONGEST_ERROR));
        }
        return call.readAll(Call.LONGEST_ANSWER);
    }

    static BrokenAnswerException notTheForm(Call call, String expected, @Nullable Exception cause) {
        String what = "what answers at " + call.endpoint() + " sent something else than " + expected;
        return new BrokenAnswerException(call.facts(what)
                .cause(cause)
                .remedy("check the address " + call.endpoint(), "it is not that of a model runner")
                .build());
    }

    /**
     * Makes a chat, not sent yet.
     *
     * @param watcher is told of each call before it is sent: of those that ask what the server is, and of the chat
     */
    Call chatCall(ChatRequest request, boolean streamed, Consumer<Call> watcher) {
        checkOpen();
        HttpPost post = new HttpPost(chatUri(watcher));
        post.setEntity(new ByteArrayEntity(ChatRequestWriter.write(request, streamed), ContentType.APPLICATION_JSON));
        Timeouts limits = request.timeouts().over(timeouts);
        Call call = new Call(this, post, limits, streamed ? Phase.LOAD : Phase.ANSWER, request.model());
        watcher.accept(call);
        return call;
    }

    /** Makes a question that is answered without a model, not sent yet. */
    Call get(String url, Duration limit) {
        Timeouts limits = Timeouts.builder().answer(limit).build().over(timeouts);
        return new Call(this, new HttpGet(URI.create(url)), limits, Phase.ANSWER, null);
    }

    private URI chatUri(Consumer<Call> watcher) {
        URI known = chat;
        if (known == null) {
            known = URI.create(openAi(watcher) + "/chat/completions");
            chat = known;
        }
        return known;
    }

    /** Watches a call that only an interrupt, a deadline or the end of the adapter ends. */
    private static void unwatched(Call call) {}

    private String openAi(Consumer<Call> watcher) {
        if (!endpoint.bare()) {
            return endpoint.openAi();
        }
        Dialect known = dialect;
        if (known == null) {
            known = new DialectProbe(this, watcher).find().dialect();
            dialect = known;
        }
        return endpoint.management() + known.apiPath();
    }

    Transport transport() {
        return transport;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    boolean isClosed() {
        return closed;
    }

    private void checkOpen() {
        if (closed) {
            throw new CancelledException(Failure.of("the adapter for " + endpoint + " is closed")
                    .adapter(name())
                    .endpoint(endpoint.toString())
                    .build());
        }
    }

    /** Closes every connection; calls under way end at once. */
    @Override
    public void close() {
        closed = true;
        transport.close();
        watchdog.close();
    }

    /** Sets an adapter up. Not safe for use by several threads. */
    public static final class Builder {
        private final RunnerEndpoint endpoint;
        private final List<Header> headers = new ArrayList<>();
        private Timeouts timeouts = Timeouts.defaults();

        private Builder(RunnerEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        /**
         * Sends an API key with each request. The runner itself asks for none; its engine does when started with one.
         *
         * @param key sent as {@code Authorization: Bearer …}; never shown in a message; not null
         * @return this
         */
        public Builder apiKey(String key) {
            return header("Authorization", "Bearer " + requireNonNull(key, "key"));
        }

        /**
         * Sends a header with each request.
         *
         * @param name its name; not {@code Origin}, which the runner refuses, nor one that HTTP itself needs
         * @param value its value; not null
         * @return this
         * @throws io.modelrunner.InvalidRequestException if the name is not allowed, or either part has control characters
         */
        public Builder header(String name, String value) {
            headers.add(Headers.checked(name, value));
            return this;
        }

        /**
         * Sets limits of waiting; those of a request go before them.
         *
         * @param limits not null
         * @return this
         */
        public Builder timeouts(Timeouts limits) {
            this.timeouts = requireNonNull(limits, "limits");
            return this;
        }

        /** {@return the adapter; it connects when it is first used} */
        public HttpAdapter build() {
            return new HttpAdapter(this, new Transport(Headers.userAgent(), headers));
        }
    }
}
