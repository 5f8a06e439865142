package io.modelrunner.http;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The members of a JSON object in their order, each kept as JSON text, so that one that nobody here knows survives.
 *
 * <p>Lenient like {@link Json}: a member of another type than the one asked for says nothing.
 */
record JsonObject(Map<String, String> members) {
    static final JsonObject EMPTY = new JsonObject(Map.of());

    JsonObject {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /**
     * {@return the object that a body is, null if it is none}
     *
     * @throws JacksonException if it is not JSON
     */
    static @Nullable JsonObject parse(byte[] body) {
        try (JsonParser json = Json.parser(body, 0, body.length)) {
            return json.nextToken() == JsonToken.START_OBJECT ? read(json) : null;
        }
    }

    /**
     * {@return the objects of the list that a body is, null if it is none}
     *
     * @throws JacksonException if it is not JSON
     */
    static @Nullable List<JsonObject> parseList(byte[] body) {
        try (JsonParser json = Json.parser(body, 0, body.length)) {
            return json.nextToken() == JsonToken.START_ARRAY ? readList(json) : null;
        }
    }

    private static JsonObject read(JsonParser json) {
        Map<String, String> members = new LinkedHashMap<>();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            members.put(name, Json.raw(json));
        }
        return new JsonObject(members);
    }

    private static List<JsonObject> readList(JsonParser json) {
        List<JsonObject> objects = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                objects.add(read(json));
            } else {
                json.skipChildren();
            }
        }
        return objects;
    }

    Set<String> names() {
        return members.keySet();
    }

    /** {@return the same with a member set to JSON text} */
    JsonObject with(String name, String json) {
        Map<String, String> changed = new LinkedHashMap<>(members);
        changed.put(name, json);
        return new JsonObject(changed);
    }

    /** {@return the same with a member set to an object, or without it if the object is empty} */
    JsonObject with(String name, JsonObject object) {
        return object.members.isEmpty() ? without(name) : with(name, object.toString());
    }

    /** {@return the same without a member} */
    JsonObject without(String name) {
        Map<String, String> changed = new LinkedHashMap<>(members);
        changed.remove(name);
        return new JsonObject(changed);
    }

    /** {@return a member as JSON text, null if there is none} */
    @Nullable
    String json(String name) {
        return members.get(name);
    }

    @Nullable
    String text(String name) {
        String json = json(name);
        return json != null && json.startsWith("\"") ? unquoted(json) : null;
    }

    private static String unquoted(String text) {
        try (JsonParser json = Json.parser(text)) {
            json.nextToken();
            return json.getString();
        }
    }

    /** {@return a text, empty if there is none} */
    String textOrEmpty(String name) {
        String text = text(name);
        return text == null ? "" : text;
    }

    /** {@return a number, null if there is none} */
    @Nullable
    BigDecimal number(String name) {
        String json = json(name);
        boolean number = json != null && !json.isEmpty() && "-0123456789".indexOf(json.charAt(0)) >= 0;
        return number ? new BigDecimal(json) : null;
    }

    /** {@return a number cut to 32 bits, null if there is none} */
    @Nullable
    Integer integer(String name) {
        BigDecimal number = number(name);
        return number == null ? null : (int) number.doubleValue();
    }

    /** {@return a number cut to 64 bits, 0 if there is none} */
    long longOrZero(String name) {
        BigDecimal number = number(name);
        return number == null ? 0 : (long) number.doubleValue();
    }

    boolean isTrue(String name) {
        return "true".equals(json(name));
    }

    /** {@return an object, empty if there is none} */
    JsonObject object(String name) {
        String json = json(name);
        if (json == null || !json.startsWith("{")) {
            return EMPTY;
        }
        try (JsonParser parser = Json.parser(json)) {
            parser.nextToken();
            return read(parser);
        }
    }

    /** {@return the objects of a list, null if there is no list} */
    @Nullable
    List<JsonObject> objects(String name) {
        String json = json(name);
        if (json == null || !json.startsWith("[")) {
            return null;
        }
        try (JsonParser parser = Json.parser(json)) {
            parser.nextToken();
            return readList(parser);
        }
    }

    /** {@return the texts of a list} */
    List<String> texts(String name) {
        String json = json(name);
        List<String> texts = new ArrayList<>();
        if (json != null && json.startsWith("[")) {
            try (JsonParser parser = Json.parser(json)) {
                parser.nextToken();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    String text = Json.text(parser);
                    if (text != null) {
                        texts.add(text);
                    }
                }
            }
        }
        return texts;
    }

    /** Writes the members into an object that is open. */
    void writeTo(JsonGenerator json) {
        members.forEach((name, value) -> {
            json.writeName(name);
            json.writeRawValue(value);
        });
    }

    /** {@return the object as JSON text} */
    @Override
    public String toString() {
        return new String(Json.write(this::writeTo), StandardCharsets.UTF_8);
    }
}
