package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.Diagnosis;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullPolicy;
import io.modelrunner.store.PullsModels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A model runner over HTTP.
 *
 * <p>Speaks to Docker Model Runner, to llama.cpp's own server, to Ollama, and to others that answer in the OpenAI protocol. Where the
 * address names no API path, the server is asked once what it is. Connections are kept and shared; one adapter serves
 * any number of threads, virtual ones included, each of which reads its own answer.
 *
 * <p>The prompt and the answer pass through memory only. No {@code Origin} is sent, because the runner refuses origins
 * that it does not know, and the runner's own trust in everyone who reaches its port is not widened by anything here.
 */
public final class HttpAdapter implements LLMAdapter, PullsModels {
    static final int MOST_CONNECTIONS = 20_000;
    static final long LONGEST_REQUEST = 10 * 1024 * 1024;
    static final int LONGEST_ERROR = 64 * 1024;
    static final long RELEASE_NANOS = Duration.ofMillis(100).toNanos();

    private static final Set<Capability> CAPABILITIES = Collections.unmodifiableSet(EnumSet.allOf(Capability.class));

    private final Sites sites;
    private final RunnerFinder finder;
    private final Wires wires;
    private final Timeouts timeouts;
    private final Pulling pulling;
    private final Duration firstPause;
    private final List<Duration> transferPauses;
    private final Watchdog watchdog = new Watchdog();
    private final long maxRequestBytes;
    private final Set<Cancellation> pausing = ConcurrentHashMap.newKeySet();
    private final boolean recordedRequests;
    private volatile boolean closed;

    /** Also the seam for tests whose answers come from no network. */
    HttpAdapter(Builder builder, Transport transport) {
        this(builder, adapter -> new FixedSite(new Site(adapter, builder.given(), transport)));
    }

    private HttpAdapter(Builder builder, Function<HttpAdapter, Sites> sites) {
        this.timeouts = builder.timeouts;
        this.finder = builder.finder;
        this.wires = builder.wires();
        this.pulling = new Pulling(this, builder.pullPolicy, builder.onPull, builder.listeners);
        this.firstPause = builder.firstPause;
        this.transferPauses = builder.transferPauses;
        this.maxRequestBytes = builder.maxRequestBytes;
        this.recordedRequests = builder.recordedRequests;
        this.sites = sites.apply(this);
    }

    /**
     * {@return an adapter for a runner}
     *
     * @param address in any form of {@link RunnerEndpoint#parse}; not null
     * @throws InvalidRequestException if the address is in none
     */
    public static HttpAdapter at(String address) {
        return builder(address).build();
    }

    /**
     * {@return a builder}
     *
     * @param address in any form of {@link RunnerEndpoint#parse}; not null
     * @throws InvalidRequestException if the address is in none
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
        return new Builder(RunnerFinder.builder().endpoint(endpoint).build(), true);
    }

    /** {@return a builder of an adapter for the runner that a {@link RunnerFinder} finds} */
    public static Builder builder() {
        return builder(RunnerFinder.create());
    }

    /**
     * {@return a builder of an adapter for the runner that is found when it is first needed, and looked for again when it
     * no longer answers}
     *
     * @param finder knows where to look; not null
     */
    public static Builder builder(RunnerFinder finder) {
        return new Builder(requireNonNull(finder, "finder"), false);
    }

    /**
     * {@return where the runner is} If that is not known, it is looked for, which takes 2.5 seconds at most.
     *
     * @throws ModelRunnerException if it is not found
     */
    public RunnerEndpoint endpoint() {
        return place().endpoint();
    }

    /**
     * {@return where the runner is, who knew of that, and which model to use there if that was said} If it is not known, it is
     * looked for, which takes 2.5 seconds at most.
     *
     * @throws ModelRunnerException if it is not found
     */
    public Candidate place() {
        return site(new Attempts(this, timeouts)).place();
    }

    /**
     * {@return what a search for the runner finds now, whatever was found before, as {@link RunnerFinder#diagnose()} has it}
     *
     * @throws CancelledException if the thread is interrupted
     */
    public Diagnosis diagnose() {
        return finder.diagnose(wires);
    }

    /** {@return {@code http}} */
    @Override
    public String name() {
        return "http";
    }

    /** {@return what answers at the endpoint; takes 2 seconds at most, and 2.5 more if the runner must be found first} */
    @Override
    public Health health() {
        try {
            return probe().health();
        } catch (ModelRunnerException e) {
            return Health.down(e);
        }
    }

    DialectProbe.Finding probe() {
        checkOpen();
        Attempts attempts = new Attempts(this, timeouts);
        Site site = site(attempts);
        try {
            return new DialectProbe(this, site, attempts, DialectProbe.LIMIT, DialectProbe.LIMIT).find();
        } catch (RunnerUnreachableException | TimedOutException | BrokenAnswerException e) {
            lost(site);
            throw e;
        }
    }

    /** {@return all there are} */
    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public List<Model> listModels() {
        Attempts attempts = new Attempts(this, timeouts);
        Call call = attempts.open(site -> new HttpGet(site.openAi("/models", attempts)), Phase.ANSWER, null);
        byte[] body = call.readAll(Call.LONGEST_ANSWER);
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
        return whole(Posting.of(request, false));
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        return streamed(Posting.of(request, true));
    }

    /**
     * {@return a power} Embedding, reranking, text completion, the store of models and control of the runner are there; reading
     * recorded requests is where {@link Builder#recordedRequests} allows it.
     */
    @Override
    public <T> Optional<T> power(Class<T> type) {
        Stream<Object> always = Stream.of(
                this,
                new HttpCompleter(this),
                new HttpEmbedder(this),
                new HttpReranker(this),
                new HttpModelStore(this),
                new HttpControl(this));
        Stream<Object> allowed = recordedRequests ? Stream.of(new HttpRecorder(this)) : Stream.empty();
        return Stream.concat(always, allowed)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    /** {@return when it pulls a model that it is asked to use; as it was built, and {@link PullPolicy#NEVER} unless set} */
    @Override
    public PullPolicy pullPolicy() {
        return pulling.policy();
    }

    ChatResponse whole(Posting posting) {
        Call call = posting.open(new Attempts(this, posting.timeouts()), Phase.ANSWER);
        return new WholeAnswer(call, posting.model()).read(call.readAll(Call.LONGEST_ANSWER));
    }

    ChatStream streamed(Posting posting) {
        Attempts attempts = new Attempts(this, posting.timeouts());
        return ChatStream.of(
                new StreamedAnswer(posting.model(), name(), attempts, tries -> posting.open(tries, Phase.LOAD)));
    }

    static BrokenAnswerException notTheForm(Call call, String expected, @Nullable Exception cause) {
        String what = "what answers at " + call.endpoint() + " sent something else than " + expected;
        return new BrokenAnswerException(call.facts(what)
                .cause(cause)
                .remedy("check the address " + call.endpoint(), "it is not that of a model runner")
                .build());
    }

    /** {@return where the runner is} */
    Site site(Attempts attempts) {
        return sites.current(attempts);
    }

    /** Takes note that a request got no answer at a place; {@return whether the runner may be elsewhere now} */
    boolean lost(Site site) {
        return sites.lost(site);
    }

    /** {@return what to throw in place of a failure at a place that was lost} */
    ModelRunnerException explained(ModelRunnerException failure, Site site) {
        return sites.explained(failure, site);
    }

    /** {@return where the runner is, as far as that is known, for messages} */
    String where() {
        return sites.toString();
    }

    Timeouts timeouts() {
        return timeouts;
    }

    /** {@return what brings models that are missing} */
    Pulling pulling() {
        return pulling;
    }

    /** {@return how long to wait before the first repetition of a request} */
    Duration firstPause() {
        return firstPause;
    }

    /** {@return how long to wait before each repetition of a pull or push} */
    List<Duration> transferPauses() {
        return transferPauses;
    }

    /** {@return how many bytes a request may have} */
    long maxRequestBytes() {
        return maxRequestBytes;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    /** {@return whether the pause between two tries ended early, by a cancel or by the end of the adapter} */
    boolean pause(Cancellation request, Duration time) throws InterruptedException {
        pausing.add(request);
        try {
            return closed || request.pause(time);
        } finally {
            pausing.remove(request);
        }
    }

    boolean isClosed() {
        return closed;
    }

    void checkOpen() {
        if (closed) {
            throw new CancelledException(Failure.of("the adapter for " + where() + " is closed")
                    .adapter(name())
                    .endpoint(where())
                    .build());
        }
    }

    /** Closes every connection; calls under way end at once. */
    @Override
    public void close() {
        closed = true;
        pausing.forEach(Cancellation::cancel);
        sites.close();
        watchdog.close();
    }

    /** {@return where it asks, as far as that is known; nothing is looked for} */
    @Override
    public String toString() {
        return "HttpAdapter[" + where() + "]";
    }

    /** Sets an adapter up. Not safe for use by several threads. */
    public static final class Builder extends WiresBuilder<Builder> {
        private final RunnerFinder finder;
        private final boolean fixed;
        private Timeouts timeouts = Timeouts.defaults();
        private long maxRequestBytes = LONGEST_REQUEST;
        private PullPolicy pullPolicy = PullPolicy.NEVER;
        private Consumer<? super PullEvent> onPull = event -> {};
        private final List<CallListener> listeners = new ArrayList<>();
        private Duration firstPause = Attempts.FIRST_PAUSE;
        private List<Duration> transferPauses = Transfer.PAUSES;
        private boolean recordedRequests;

        /** @param fixed whether the place is the one that the program names, and nobody is to look around for advice */
        private Builder(RunnerFinder finder, boolean fixed) {
            this.finder = finder;
            this.fixed = fixed;
        }

        @Override
        Builder self() {
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

        /**
         * Refuses requests that are longer, before anything is sent: an {@link InvalidRequestException} of the field
         * {@code request}. The default is what Docker Model Runner takes; other servers have other limits.
         *
         * @param count bytes of the body as it would be sent, pictures in base64; at least 1; by default 10,485,760 (10 MiB)
         * @return this
         * @throws InvalidRequestException if the number is less than 1
         */
        public Builder maxRequestBytes(long count) {
            if (count < 1) {
                throw new InvalidRequestException("maxRequestBytes", "at least 1", String.valueOf(count));
            }
            this.maxRequestBytes = count;
            return this;
        }

        /**
         * Pulls models that requests ask for. How long that takes is not counted as a part of the request; closing or
         * cancelling the request ends the pull, too, unless somebody else waits for it.
         *
         * @param policy when to pull; by default {@link PullPolicy#NEVER}; not null
         * @param listener is told of the progress by the thread that sent the request; not null
         * @return this
         */
        public Builder pull(PullPolicy policy, Consumer<? super PullEvent> listener) {
            this.pullPolicy = requireNonNull(policy, "policy");
            this.onPull = requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Pulls models that requests ask for, and tells nobody of the progress.
         *
         * @param policy when to pull; not null
         * @return this
         */
        public Builder pull(PullPolicy policy) {
            return pull(policy, event -> {});
        }

        /**
         * Adds a listener, which is told of the models that requests have pulled and nothing else.
         *
         * @param told not null
         * @return this
         */
        public Builder listener(CallListener told) {
            listeners.add(requireNonNull(told, "told"));
            return this;
        }

        /** For tests that have something to do in the pause. */
        Builder firstPause(Duration pause) {
            this.firstPause = pause;
            return this;
        }

        /** Also for tests, which have no 15 seconds. */
        Builder transferPauses(List<Duration> pauses) {
            this.transferPauses = List.copyOf(pauses);
            return this;
        }

        /**
         * Allows to read what the runner has recorded: everybody's prompts and answers, not only those of this program.
         *
         * @param allowed whether {@link HttpAdapter#power} gives a {@link io.modelrunner.control.RequestRecorder}; by default it does not
         * @return this
         */
        public Builder recordedRequests(boolean allowed) {
            this.recordedRequests = allowed;
            return this;
        }

        /** {@return the adapter; it connects when it is first used} */
        public HttpAdapter build() {
            Wires ways = wires();
            return fixed
                    ? new HttpAdapter(this, ways.to(given()))
                    : new HttpAdapter(this, adapter -> new FoundSites(adapter, finder, ways));
        }

        /** {@return the place that the program names} */
        private Candidate given() {
            return Candidate.of(requireNonNull(finder.endpoint()), "the program");
        }
    }
}
