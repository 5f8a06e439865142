package io.modelrunner.http;

import io.modelrunner.chat.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads how likely tokens were: {@code logprobs.content[]} of a choice, each with {@code top_logprobs[]} (recorded). */
final class LogprobReader {
    private LogprobReader() {}

    /** {@return the tokens of the object at the parser; none if it is something else} */
    static List<TokenLogprob> read(JsonParser json) {
        List<TokenLogprob> tokens = List.of();
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return tokens;
        }
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            if (field.equals("content")) {
                tokens = list(json, true);
            } else {
                json.skipChildren();
            }
        }
        return tokens;
    }

    private static List<TokenLogprob> list(JsonParser json, boolean withAlternatives) {
        List<TokenLogprob> tokens = new ArrayList<>();
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return tokens;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            TokenLogprob token = token(json, withAlternatives);
            if (token != null) {
                tokens.add(token);
            }
        }
        return tokens;
    }

    private static @Nullable TokenLogprob token(JsonParser json, boolean withAlternatives) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return null;
        }
        String text = null;
        double logprob = Double.NaN;
        List<TokenLogprob> alternatives = List.of();
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            if (field.equals("token")) {
                text = Json.text(json);
            } else if (field.equals("logprob")) {
                logprob = Json.decimal(json);
            } else if (field.equals("top_logprobs") && withAlternatives) {
                alternatives = list(json, false);
            } else {
                json.skipChildren();
            }
        }
        return text == null ? null : new TokenLogprob(text, logprob, alternatives);
    }
}
