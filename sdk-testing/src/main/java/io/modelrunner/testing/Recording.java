package io.modelrunner.testing;

import java.util.Map;
import java.util.Optional;

/**
 * What a real runner was asked, and what it answered.
 *
 * @param name the folder and the name of the exchange, such as {@code inference/chat}
 * @param about what is special about it; may be empty
 * @param request what was asked
 * @param response what was answered
 */
public record Recording(String name, String about, Request request, Response response) {
    /** Why the body of a response ends where it does. */
    public enum End {
        /** It is whole. */
        WHOLE,
        /** The server closed the connection before the body was at its end. */
        CUT_BY_SERVER,
        /** The recorder closed the connection; the server would have sent more. */
        CUT_BY_CLIENT
    }

    /**
     * A recorded request.
     *
     * @param method such as {@code POST}
     * @param path the path and the query
     * @param headers the headers that the recorder set, by name as sent
     * @param body the body; empty if there was none
     */
    public record Request(String method, String path, Map<String, String> headers, String body) {
        /** {@return whether the body is a note such as {@code (12345 bytes)} in place of one that was large or binary} */
        public boolean isPlaceholder() {
            return body.matches("\\(\\d+ bytes\\)");
        }
    }

    /**
     * A recorded response.
     *
     * @param status the status code
     * @param headers the headers that arrived, by name as sent
     * @param body the body, joined if it came in chunks; empty also where it was a large file
     * @param bodyLength the length of the body in bytes; more than {@code body} has only where that was a large file
     * @param end why the body ends where it does
     */
    public record Response(int status, Map<String, String> headers, String body, long bodyLength, End end) {
        /**
         * {@return the value of a header}
         *
         * @param name its name, in any case
         */
        public Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(Map.Entry::getValue)
                    .findFirst();
        }

        /** {@return whether the body came in chunks} */
        public boolean isChunked() {
            return header("Transfer-Encoding")
                    .filter("chunked"::equalsIgnoreCase)
                    .isPresent();
        }
    }

    /** {@return the name: this is what a parameterised test shows} */
    @Override
    public String toString() {
        return name;
    }
}
