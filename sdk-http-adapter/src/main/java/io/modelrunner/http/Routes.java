package io.modelrunner.http;

import io.modelrunner.RunnerEndpoint;
import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Where a server has its operations; a bare address is asked once which dialect it speaks. */
final class Routes {
    private final HttpAdapter adapter;
    private final RunnerEndpoint endpoint;
    private final ConcurrentHashMap<String, URI> known = new ConcurrentHashMap<>();
    private volatile @Nullable Dialect dialect;

    Routes(HttpAdapter adapter, RunnerEndpoint endpoint) {
        this.adapter = adapter;
        this.endpoint = endpoint;
    }

    /**
     * {@return the address of an operation of the OpenAI protocol}
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

    private String base(Attempts attempts) {
        return endpoint.bare() ? endpoint.management() + dialect(attempts).apiPath() : endpoint.openAi();
    }

    /** {@return what the server speaks; asked once, when it is first needed} */
    Dialect dialect(Attempts attempts) {
        Dialect spoken = dialect;
        if (spoken == null) {
            spoken = new DialectProbe(adapter, attempts).find().dialect();
            dialect = spoken;
        }
        return spoken;
    }
}
