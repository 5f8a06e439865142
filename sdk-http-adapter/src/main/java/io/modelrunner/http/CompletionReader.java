package io.modelrunner.http;

import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.Timings;
import io.modelrunner.chat.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the JSON of an answer, streamed or whole: a chunk's {@code delta} and an answer's {@code message} have the same
 * fields.
 *
 * <p>Fields that are missing or {@code null} say nothing; unknown ones are skipped. Facts of the form are recorded from
 * llama.cpp; reasoning is called {@code reasoning_content} there and {@code reasoning} by others.
 */
final class CompletionReader {
    private final Completion completion = new Completion();
    private final ToolCallFragments toolCalls = new ToolCallFragments();
    private final Function function = new Function();

    /** {@return what the last document said; valid until the next is read} */
    Completion completion() {
        return completion;
    }

    /** {@return the tool calls, put together from all documents read} */
    ToolCallFragments toolCalls() {
        return toolCalls;
    }

    /**
     * Reads a document.
     *
     * @throws JacksonException if it is not JSON, or not of the form
     */
    Completion read(byte[] bytes, int start, int length) {
        completion.clear();
        try (JsonParser json = Json.parser(bytes, start, length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new NotTheForm("an answer must be a JSON object");
            }
            for (String field = json.nextName(); field != null; field = json.nextName()) {
                json.nextToken();
                field(json, field);
            }
        }
        return completion;
    }

    private void field(JsonParser json, String field) {
        switch (field) {
            case "choices" -> choices(json);
            case "usage" -> completion.usage = usage(json);
            case "timings" -> completion.timings = timings(json);
            case "error" ->
                completion.error = json.currentToken() == JsonToken.VALUE_NULL ? null : ErrorBody.read(json);
            case "id" -> completion.id = first(completion.id, json);
            case "model" -> completion.model = first(completion.model, json);
            default -> json.skipChildren();
        }
    }

    /** {@return what is known already, else the text at the parser} Most chunks repeat the same. */
    private static @Nullable String first(@Nullable String known, JsonParser json) {
        if (known == null) {
            return Json.text(json);
        }
        json.skipChildren();
        return known;
    }

    private void choices(JsonParser json) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            // No request asks for several choices; should a server send more, the first one is the answer.
            if (completion.hasChoice || json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
            } else {
                completion.hasChoice = true;
                choice(json);
            }
        }
    }

    private void choice(JsonParser json) {
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            switch (field) {
                case "delta", "message" -> message(json);
                case "text" -> completion.text = Json.text(json);
                case "finish_reason" -> completion.finishReason = Json.text(json);
                case "logprobs" -> completion.logprobs = LogprobReader.read(json);
                default -> json.skipChildren();
            }
        }
    }

    private void message(JsonParser json) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            switch (field) {
                case "content" -> completion.text = Json.text(json);
                case "reasoning_content" -> completion.reasoning = Json.text(json);
                case "reasoning" -> completion.reasoning = first(completion.reasoning, json);
                case "tool_calls" -> toolCalls(json);
                default -> json.skipChildren();
            }
        }
    }

    private void toolCalls(JsonParser json) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        // Where the index is missing, the place in the list stands for it.
        for (int place = 0; json.nextToken() != JsonToken.END_ARRAY; place++) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                toolCall(json, place);
            } else {
                json.skipChildren();
            }
        }
    }

    private void toolCall(JsonParser json, int place) {
        int index = -1;
        String id = null;
        function.clear();
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            switch (field) {
                case "index" -> index = Json.number(json);
                case "id" -> id = Json.text(json);
                case "function" -> function.read(json);
                default -> json.skipChildren();
            }
        }
        completion.hasToolCallPart = true;
        toolCalls.add(index < 0 ? place : index, id, function.name, function.arguments);
    }

    private static @Nullable Usage usage(JsonParser json) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return null;
        }
        int prompt = 0;
        int completion = 0;
        int cached = -1;
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            switch (field) {
                case "prompt_tokens" -> prompt = Math.max(0, Json.number(json));
                case "completion_tokens" -> completion = Math.max(0, Json.number(json));
                case "prompt_tokens_details" -> cached = cached(json);
                default -> json.skipChildren();
            }
        }
        return Usage.of(prompt, completion).withCachedTokens(cached);
    }

    private static int cached(JsonParser json) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return -1;
        }
        int cached = -1;
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            if (field.equals("cached_tokens")) {
                cached = Json.number(json);
            } else {
                json.skipChildren();
            }
        }
        return cached;
    }

    private static @Nullable Timings timings(JsonParser json) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return null;
        }
        int promptTokens = 0;
        double promptMillis = 0;
        int predictedTokens = 0;
        double predictedMillis = 0;
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            switch (field) {
                case "prompt_n" -> promptTokens = Json.number(json);
                case "prompt_ms" -> promptMillis = Json.decimal(json);
                case "predicted_n" -> predictedTokens = Json.number(json);
                case "predicted_ms" -> predictedMillis = Json.decimal(json);
                default -> json.skipChildren();
            }
        }
        return Timings.of(promptTokens, promptMillis, predictedTokens, predictedMillis);
    }

    /** Notes why the model stopped; a word that is not known becomes a warning. */
    static void finish(ChatResponse.Builder response, String word) {
        FinishReason reason = FinishReason.of(word);
        response.finishReason(reason);
        if (reason == FinishReason.UNKNOWN) {
            response.warning("the server ended for a reason that this version does not know: " + word);
        }
    }

    /** What one fragment says of the function to call. Reused from fragment to fragment. */
    private static final class Function {
        private @Nullable String name;
        private @Nullable String arguments;

        void clear() {
            name = null;
            arguments = null;
        }

        void read(JsonParser json) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                return;
            }
            for (String field = json.nextName(); field != null; field = json.nextName()) {
                json.nextToken();
                switch (field) {
                    case "name" -> name = Json.text(json);
                    case "arguments" -> arguments = Json.textOrRaw(json);
                    default -> json.skipChildren();
                }
            }
        }
    }

    /** JSON, but not that of an answer. */
    private static final class NotTheForm extends JacksonException {
        private static final long serialVersionUID = 1L;

        NotTheForm(String message) {
            super(message);
        }
    }
}
