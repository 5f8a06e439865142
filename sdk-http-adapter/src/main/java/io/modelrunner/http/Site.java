package io.modelrunner.http;

import io.modelrunner.Failure;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.discovery.Candidate;
import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A runner at one address: the connections to it, what it speaks, and where it has its operations. */
final class Site implements AutoCloseable {
    private final HttpAdapter adapter;
    private final Candidate place;
    private final RunnerEndpoint endpoint;
    private final Transport transport;
    private final ConcurrentHashMap<String, URI> known = new ConcurrentHashMap<>();
    private final Lock configuring = new ReentrantLock();
    private volatile @Nullable Dialect dialect;

    Site(HttpAdapter adapter, Candidate place, Transport transport) {
        this.adapter = adapter;
        this.place = place;
        this.endpoint = place.endpoint();
        this.transport = transport;
    }

    /** {@return the address, and who knew of it} */
    Candidate place() {
        return place;
    }

    RunnerEndpoint endpoint() {
        return endpoint;
    }

    Transport transport() {
        return transport;
    }

    /**
     * {@return the address of an operation of the OpenAI protocol} A bare address is asked once which dialect it speaks.
     *
     * @param path such as {@code /chat/completions}
     */
    URI openAi(String path, Attempts attempts) {
        URI uri = known.get(path);
        if (uri == null) {
            uri = URI.create(base(attempts) + path);
            known.put(path, uri);
        }
        return uri;
    }

    /**
     * {@return the address for reranking} Docker Model Runner has it beside {@code v1} and not below; llama.cpp has both, so
     * where the address ends in {@code /v1} and the dialect is not known, the one beside it fits both.
     */
    URI rerank(Attempts attempts) {
        String base = base(attempts);
        boolean ownName = endpoint.bare() && dialect(attempts) != Dialect.MODEL_RUNNER;
        return URI.create(ownName ? base + "/rerank" : base.substring(0, base.length() - "/v1".length()) + "/rerank");
    }

    /**
     * {@return the address of an operation of the management API}
     *
     * @param path such as {@code /models}, with what it asks for behind it
     */
    URI management(String path) {
        return URI.create(endpoint.management() + path);
    }

    private String base(Attempts attempts) {
        return endpoint.bare() ? endpoint.management() + dialect(attempts).apiPath() : endpoint.openAi();
    }

    /** {@return what the server speaks; asked once, when it is first needed} */
    Dialect dialect(Attempts attempts) {
        Dialect spoken = dialect;
        if (spoken == null) {
            spoken = new DialectProbe(adapter, this, attempts, attempts.forQuestions(), attempts.leftForQuestions())
                    .find()
                    .dialect();
            dialect = spoken;
        }
        return spoken;
    }

    /** Takes note of what the server was found to speak; null to ask again. */
    void speaks(@Nullable Dialect spoken) {
        dialect = spoken;
        known.clear();
    }

    /**
     * Refuses what a dialect lacks.
     *
     * @param what such as {@code can't load a model in advance}
     * @return what to throw
     */
    OperationMissingException lacks(Dialect spoken, String what) {
        return new OperationMissingException(Failure.of(spoken.label() + " at " + endpoint + " " + what)
                .adapter(adapter.name())
                .endpoint(endpoint.toString())
                .remedy("use Docker Model Runner", "it can")
                .build());
    }

    /** {@return what is held by whoever changes a configuration, so that no change is lost between reading and storing} */
    Lock configuring() {
        return configuring;
    }

    @Override
    public void close() {
        transport.close();
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
