package io.modelrunner.http;

import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Values of JSON as a server sends them, lenient about their types: what is not of the type asked for says nothing. */
final class Json {
    /** Shared, so that field names are interned once. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Call.LONGEST_ANSWER)
                    .maxNestingDepth(200)
                    .build())
            .build();

    private Json() {}

    static JsonParser parser(byte[] bytes, int start, int length) {
        return FACTORY.createParser(ObjectReadContext.empty(), bytes, start, length);
    }

    static JsonParser parser(String text) {
        return FACTORY.createParser(ObjectReadContext.empty(), text);
    }

    /** {@return a JSON object} */
    static byte[] write(Consumer<JsonGenerator> members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes, JsonEncoding.UTF8)) {
            json.writeStartObject();
            members.accept(json);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /** {@return a text as JSON} */
    static String quoted(String text) {
        return value(json -> json.writeString(text));
    }

    /** {@return texts as a JSON list} */
    static String array(List<String> texts) {
        return value(json -> {
            json.writeStartArray();
            texts.forEach(json::writeString);
            json.writeEndArray();
        });
    }

    private static String value(Consumer<JsonGenerator> content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            content.accept(json);
        }
        return text.toString();
    }

    /** {@return how many bytes a text takes as JSON at most, its quotes included} */
    static long mostBytes(String text) {
        long bytes = 2;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                bytes += 6;
            } else if (c < 0x80) {
                bytes += c == '"' || c == '\\' ? 2 : 1;
            } else {
                // Half of a pair that is not there is escaped.
                bytes += c < 0x800 ? 2 : Character.isSurrogate(c) ? 6 : 3;
            }
        }
        return bytes;
    }

    /** {@return the text at the parser, null for anything else, which is skipped} */
    static @Nullable String text(JsonParser json) {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getString();
        }
        json.skipChildren();
        return null;
    }

    /**
     * Reads the object at the parser; anything else is skipped.
     *
     * @param member is given each member's name, with the parser at its value, which it reads or skips
     */
    static void members(JsonParser json, Consumer<String> member) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            member.accept(name);
        }
    }

    /** {@return the texts of the array at the parser, empty for anything else, which is skipped} */
    static List<String> texts(JsonParser json) {
        List<String> texts = new ArrayList<>();
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return texts;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            String text = text(json);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** {@return the text at the parser, or any other value as JSON text; null for null} */
    static @Nullable String textOrRaw(JsonParser json) {
        return switch (json.currentToken()) {
            case VALUE_STRING -> json.getString();
            case VALUE_NULL -> null;
            default -> raw(json);
        };
    }

    /** {@return the number at the parser, cut to an int; -1 for anything else, which is skipped} */
    static int number(JsonParser json) {
        double value = decimal(json);
        return Double.isNaN(value) ? -1 : (int) value;
    }

    /** {@return the number at the parser; not a number for anything else, which is skipped} */
    static double decimal(JsonParser json) {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            return json.getDoubleValue();
        }
        json.skipChildren();
        return Double.NaN;
    }

    /** {@return the value at the parser as JSON text} */
    static String raw(JsonParser json) {
        return value(copy -> copy.copyCurrentStructureExact(json));
    }
}
