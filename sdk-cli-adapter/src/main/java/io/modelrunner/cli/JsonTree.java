package io.modelrunner.cli;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * A value of JSON that a command printed, lenient about types: what is not of the type asked for is absent.
 *
 * @param value a map, a list, a text, a number, a boolean, or null
 */
record JsonTree(@Nullable Object value) {
    /** So many lines may look like the beginning of JSON before it does. */
    private static final int MOST_TRIES = 20;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(64 * 1024 * 1024)
                    .maxNestingDepth(200)
                    .build())
            .build();

    /**
     * {@return the JSON that an output ends with; empty if it has none} Warnings and the progress of an installation may stand before
     * it (recorded).
     */
    static Optional<JsonTree> in(String output) {
        String text = output.strip();
        int tries = 0;
        int line = 0;
        Optional<JsonTree> whole = Optional.empty();
        do {
            if (isBeginning(text, line)) {
                whole = parse(text.substring(line));
                tries++;
            }
            line = text.indexOf('\n', line) + 1;
        } while (whole.isEmpty() && line > 0 && tries < MOST_TRIES);
        return whole;
    }

    private static boolean isBeginning(String text, int start) {
        return text.startsWith("{", start)
                || text.startsWith("[", start)
                || (text.length() - start == 4 && text.endsWith("null"));
    }

    /** {@return a document; empty if the text is none, or has something behind it} */
    static Optional<JsonTree> parse(String text) {
        if (!text.startsWith("{") && !text.startsWith("[") && !text.equals("null")) {
            return Optional.empty();
        }
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            json.nextToken();
            JsonTree tree = new JsonTree(read(json));
            return json.nextToken() == null ? Optional.of(tree) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static @Nullable Object read(JsonParser json) {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> array(json);
            case VALUE_STRING -> json.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static Map<String, @Nullable Object> object(JsonParser json) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            members.put(name, read(json));
        }
        return members;
    }

    private static List<@Nullable Object> array(JsonParser json) {
        List<@Nullable Object> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            elements.add(read(json));
        }
        return elements;
    }

    /** {@return the value as JSON} */
    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(json, value);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, @Nullable Object value) {
        if (value instanceof Map<?, ?> members) {
            json.writeStartObject();
            members.forEach((name, member) -> {
                json.writeName(String.valueOf(name));
                write(json, member);
            });
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            list.forEach(element -> write(json, element));
            json.writeEndArray();
        } else if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof Boolean bool) {
            json.writeBoolean(bool);
        } else if (value instanceof Double number) {
            json.writeRawValue(new JsonTree(number).plain().orElseThrow());
        } else {
            json.writeNull();
        }
    }

    boolean isObject() {
        return value instanceof Map;
    }

    /** {@return whether it is an array, or the {@code null} that Go prints for an empty one} */
    boolean isList() {
        return value == null || value instanceof List;
    }

    /** {@return a member of an object; of other values one without a value} */
    JsonTree get(String name) {
        return new JsonTree(value instanceof Map<?, ?> members ? members.get(name) : null);
    }

    /** {@return the names of an object's members, in order} */
    List<String> names() {
        return value instanceof Map<?, ?> members
                ? members.keySet().stream().map(String::valueOf).toList()
                : List.of();
    }

    /** {@return the elements of an array; of other values none} */
    List<JsonTree> elements() {
        return value instanceof List<?> list ? list.stream().map(JsonTree::new).toList() : List.of();
    }

    Optional<String> text() {
        return value instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** {@return the text, or what another single value looks like} */
    Optional<String> plain() {
        return value instanceof Double number && number == Math.rint(number)
                ? Optional.of(String.valueOf(number.longValue()))
                : Optional.ofNullable(value).map(String::valueOf);
    }

    /** {@return the number; 0 for other values} */
    double number() {
        return value instanceof Double number ? number : 0;
    }

    boolean isTrue() {
        return Boolean.TRUE.equals(value);
    }
}
