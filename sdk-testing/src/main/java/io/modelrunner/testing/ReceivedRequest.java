package io.modelrunner.testing;

import java.util.Map;
import java.util.Optional;

/**
 * A request as a {@link ScriptedServer} received it.
 *
 * @param method such as {@code POST}
 * @param path the path and the query
 * @param headers the headers by name in lower case; several of one name are joined by {@code ", "}
 * @param body the body as UTF-8, put together if it came in chunks; empty if the script left it unread
 */
public record ReceivedRequest(String method, String path, Map<String, String> headers, String body) {
    /**
     * {@return the value of a header}
     *
     * @param name its name, in lower case
     */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
