package io.modelrunner.retrieval;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Timeouts;
import io.modelrunner.internal.Checks;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings that all requests of this package share: how to send.
 *
 * @param <B> the builder that inherits them
 */
abstract class RetrievalBuilder<B extends RetrievalBuilder<B>> {
    private final Map<String, String> headers = new LinkedHashMap<>();
    private Timeouts timeouts = Timeouts.defaults();

    abstract B self();

    Map<String, String> headers() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    Timeouts timeouts() {
        return timeouts;
    }

    /**
     * Sends a header with this request, besides those of the client.
     *
     * @param name 1 to 100 characters of a token
     * @param value at most 8,192 characters, none of them a control character
     * @return this
     */
    public B header(String name, String value) {
        Checks.header(name, value);
        headers.put(name, value);
        return self();
    }

    /**
     * Sets limits of waiting; what is not set in them is the client's.
     *
     * @param limits not null
     * @return this
     */
    public B timeouts(Timeouts limits) {
        this.timeouts = requireNonNull(limits, "timeouts");
        return self();
    }
}
