package io.modelrunner.chat;

import static java.util.Objects.requireNonNull;

import io.modelrunner.internal.Checks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for request fields that the SDK has no name for. */
final class ExtraFields {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final int DEEPEST = 32;

    /** Fields with a method of their own, so that no value is said twice; {@code n} asks for what a response can't hold. */
    private static final Set<String> TAKEN = Set.of(
            "model",
            "messages",
            "prompt",
            "stream",
            "stream_options",
            "n",
            "temperature",
            "top_p",
            "top_k",
            "min_p",
            "seed",
            "max_tokens",
            "stop",
            "presence_penalty",
            "frequency_penalty",
            "logit_bias",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "response_format",
            "logprobs",
            "top_logprobs");

    private ExtraFields() {}

    /** {@return the name, if it is free} */
    static String name(String name) {
        requireNonNull(name, "name");
        Checks.that(
                NAME.matcher(name).matches(),
                "extra field",
                "1 to 64 letters, digits, '_', '.' or '-'",
                Checks.quoted(name));
        Checks.that(
                !TAKEN.contains(name),
                "extra field",
                "one that the SDK has no name for, and not n",
                Checks.quoted(name));
        return name;
    }

    /** {@return an immutable copy of a value made of texts, numbers, booleans, nulls, lists and maps} */
    static @Nullable Object value(String name, @Nullable Object value) {
        return copy("extra field " + name, value, 0);
    }

    private static @Nullable Object copy(String field, @Nullable Object value, int depth) {
        Checks.that(depth <= DEEPEST, field, "nested at most 32 deep", "deeper");
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(String.valueOf(key), copy(field, item, depth + 1)));
            return Collections.unmodifiableMap(copy);
        }
        if (value instanceof Iterable<?> items) {
            List<@Nullable Object> copy = new ArrayList<>();
            items.forEach(item -> copy.add(copy(field, item, depth + 1)));
            return Collections.unmodifiableList(copy);
        }
        boolean finite = !(value instanceof Double d && !Double.isFinite(d))
                && !(value instanceof Float f && !Float.isFinite(f));
        Checks.that(finite, field, "finite", String.valueOf(value));
        boolean simple =
                value == null || value instanceof String || value instanceof Number || value instanceof Boolean;
        Checks.that(
                simple,
                field,
                "made of strings, numbers, booleans, nulls, lists and maps",
                value == null ? "null" : value.getClass().getName());
        return value;
    }
}
