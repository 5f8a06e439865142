package io.modelrunner.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.Failure;
import io.modelrunner.internal.ErrorContext;
import java.net.URLEncoder;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a server was sent and may repeat in its answer, and what must not be shown: as it is, in an address, and cut off.
 *
 * @param forms the ways it can be written; empty if there is no secret
 */
record Secret(List<String> forms) {
    /** A shorter beginning says nothing. */
    private static final int SHORTEST_BEGINNING = 4;

    private static final String HIDDEN = "…";

    static Secret of(String text) {
        return new Secret(
                Stream.of(text, URLEncoder.encode(text, UTF_8)).distinct().toList());
    }

    static Secret none() {
        return new Secret(List.of());
    }

    /** {@return a text without it} */
    String outOf(String text) {
        String clean = text;
        for (String form : forms) {
            clean = withoutBeginning(clean.replace(form, HIDDEN), form);
        }
        return clean;
    }

    /** What was cut to a length may end in the middle of it. */
    private static String withoutBeginning(String text, String form) {
        String mark = text.endsWith(HIDDEN) ? HIDDEN : "";
        String body = text.substring(0, text.length() - mark.length());
        for (int length = form.length() - 1; length >= SHORTEST_BEGINNING; length--) {
            if (body.endsWith(form.substring(0, length))) {
                return body.substring(0, body.length() - length) + HIDDEN;
            }
        }
        return text;
    }

    /** {@return a context whose messages are without it; what the words mean is seen before} */
    ErrorContext outOf(ErrorContext context) {
        return new ErrorContext() {
            @Override
            public Failure.Builder facts(String what) {
                return context.facts(outOf(what));
            }

            @Override
            public String runner() {
                return context.runner();
            }

            @Override
            public String address() {
                return context.address();
            }

            @Override
            public String model() {
                return context.model();
            }
        };
    }
}
