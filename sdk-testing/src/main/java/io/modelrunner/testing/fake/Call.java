package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request, as the classes that answer it want it: the path decoded, the query split. */
final class Call {
    private static final Set<String> TRUE = Set.of("", "1", "t", "T", "true", "TRUE", "True");

    private final Exchange exchange;
    private final String path;
    private final Map<String, String> query = new LinkedHashMap<>();

    Call(Exchange exchange) {
        this.exchange = exchange;
        String asked = exchange.requestHead().path();
        int mark = asked.indexOf('?');
        this.path = full(decoded(mark < 0 ? asked : asked.substring(0, mark)).replaceAll("//+", "/"));
        if (mark >= 0) {
            for (String pair : asked.substring(mark + 1).split("&", -1)) {
                int equals = pair.indexOf('=');
                query.putIfAbsent(
                        URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), UTF_8),
                        equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), UTF_8));
            }
        }
    }

    /** {@return the path without abbreviation} */
    private static String full(String path) {
        boolean abbreviated = path.startsWith("/v1/") || path.equals("/rerank") || path.equals("/score");
        return abbreviated ? "/engines" + path : path;
    }

    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException e) {
            return path; // not encoded after all
        }
    }

    Exchange exchange() {
        return exchange;
    }

    /** {@return the method; a HEAD is answered as a GET, without its body} */
    String method() {
        String method = exchange.requestHead().method();
        return method.equals("HEAD") ? "GET" : method;
    }

    boolean is(String method, String where) {
        return method().equals(method) && path.equals(where);
    }

    String path() {
        return path;
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** {@return whether a parameter is there and not said to be false} */
    boolean flag(String name) {
        return query(name).filter(TRUE::contains).isPresent();
    }

    String header(String name) {
        return exchange.requestHead().header(name).orElse("");
    }

    String body() throws IOException {
        return exchange.request().body();
    }

    /**
     * {@return the JSON object that is the body}
     *
     * @throws Refusal with that reply if it is none
     */
    Map<String, @Nullable Object> json(Reply otherwise) throws IOException {
        try {
            return Json.readObject(body());
        } catch (IllegalArgumentException e) {
            throw new Refusal(otherwise);
        }
    }

    void answer(Reply reply) throws IOException {
        reply.send(exchange);
    }
}
