package io.modelrunner.testcontainers;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON value for reading measured answers.
 *
 * @param plain a map or a list of such values, or a string, a number, a boolean or null
 */
record JsonValue(Object plain) {
    static JsonValue read(InputStream json) {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            return value(parser, parser.nextToken());
        }
    }

    private static JsonValue value(JsonParser parser, JsonToken token) {
        return new JsonValue(
                switch (token) {
                    case START_OBJECT -> object(parser);
                    case START_ARRAY -> array(parser);
                    case VALUE_STRING -> parser.getString();
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
                    case VALUE_TRUE -> true;
                    case VALUE_FALSE -> false;
                    default -> null;
                });
    }

    private static Map<String, JsonValue> object(JsonParser parser) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            members.put(name, value(parser, parser.nextToken()));
        }
        return members;
    }

    private static List<JsonValue> array(JsonParser parser) {
        List<JsonValue> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(parser, token));
        }
        return items;
    }

    @SuppressWarnings("unchecked") // value() makes no other maps
    Map<String, JsonValue> members() {
        return (Map<String, JsonValue>) plain;
    }

    @SuppressWarnings("unchecked") // value() makes no other lists
    List<JsonValue> items() {
        return (List<JsonValue>) plain;
    }

    /** {@return a member that is neither missing nor null} */
    Optional<JsonValue> find(String name) {
        return Optional.ofNullable(members().get(name)).filter(value -> value.plain != null);
    }

    JsonValue member(String name) {
        return find(name)
                .orElseThrow(() -> new AssertionError(
                        "there is no " + name + " in " + members().keySet()));
    }

    /** {@return the items of a member; none if it is missing} */
    List<JsonValue> list(String name) {
        return find(name).map(JsonValue::items).orElse(List.of());
    }

    String text(String name) {
        return member(name).text();
    }

    Number number(String name) {
        return member(name).number();
    }

    boolean isText() {
        return plain instanceof String;
    }

    String text() {
        return (String) plain;
    }

    Number number() {
        return (Number) plain;
    }

    boolean bool() {
        return (Boolean) plain;
    }

    /** {@return the value as JSON again; its strings must need no escapes} */
    String json() {
        if (plain instanceof Map) {
            return members().entrySet().stream()
                    .map(member ->
                            "\"" + member.getKey() + "\": " + member.getValue().json())
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (plain instanceof List) {
            return items().stream().map(JsonValue::json).collect(Collectors.joining(", ", "[", "]"));
        }
        return plain instanceof String ? "\"" + plain + "\"" : String.valueOf(plain);
    }
}
