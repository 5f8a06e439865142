package io.modelrunner.http;

import io.modelrunner.internal.ServerError;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What a server says of an error, read by its content and not by its label.
 *
 * <p>The runner's own errors are plain text, llama.cpp's are JSON, and a dying engine's are JSON labelled as text (all
 * recorded); Ollama puts llama.cpp's JSON as text into the message of its own.
 */
final class ErrorBody {
    private static final int DEEPEST = 3;

    private ErrorBody() {}

    static ServerError parse(byte[] body) {
        return parse(new String(body, StandardCharsets.UTF_8).strip(), 0);
    }

    private static ServerError parse(String text, int depth) {
        if (!text.startsWith("{") || depth == DEEPEST) {
            return new ServerError(text, "", -1, -1);
        }
        try (JsonParser json = Json.parser(text)) {
            json.nextToken();
            return read(json, depth);
        } catch (JacksonException e) {
            return new ServerError(text, "", -1, -1);
        }
    }

    /** Reads the error at the parser: an object, or a text. */
    static ServerError read(JsonParser json) {
        return read(json, 0);
    }

    private static ServerError read(JsonParser json, int depth) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            String text = Json.textOrRaw(json);
            return parse(text == null ? "" : text, depth);
        }
        Found found = new Found();
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            found.field(json, field, depth);
        }
        return found.body(depth);
    }

    /** Collects the fields in whatever order they come. */
    private static final class Found {
        private @Nullable ServerError inner;
        private @Nullable String message;
        private @Nullable String detail;
        private String type = "";
        private int promptTokens = -1;
        private int contextTokens = -1;

        void field(JsonParser json, String field, int depth) {
            switch (field) {
                case "error" -> inner = depth < DEEPEST ? read(json, depth + 1) : skip(json);
                case "message" -> message = Json.textOrRaw(json);
                case "detail" -> detail = Json.textOrRaw(json);
                case "type" -> type = orEmpty(Json.text(json));
                case "n_prompt_tokens" -> promptTokens = Json.number(json);
                case "n_ctx" -> contextTokens = Json.number(json);
                default -> json.skipChildren();
            }
        }

        ServerError body(int depth) {
            String said = message != null ? message : orEmpty(detail);
            if (inner != null && (said.isEmpty() || !inner.message().isEmpty())) {
                return inner;
            }
            if (said.startsWith("{")) {
                ServerError nested = parse(said, depth + 1);
                return nested.message().isEmpty() ? new ServerError(said, type, promptTokens, contextTokens) : nested;
            }
            return new ServerError(said, type, promptTokens, contextTokens);
        }

        private static @Nullable ServerError skip(JsonParser json) {
            json.skipChildren();
            return null;
        }

        private static String orEmpty(@Nullable String text) {
            return text == null ? "" : text;
        }
    }
}
