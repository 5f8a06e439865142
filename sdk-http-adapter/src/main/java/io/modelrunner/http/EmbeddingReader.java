package io.modelrunner.http;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the vectors of one batch: arrays of numbers, or base64 of little-endian 32-bit floats (both recorded), in the order
 * of their {@code index}, whatever the order in which they come.
 */
final class EmbeddingReader {
    private static final String EXPECTED = "a vector for each text";

    private final float[] @Nullable [] vectors;
    private byte[] body = {};
    private float[] numbers = new float[1_024];
    private int promptTokens = -1;
    private @Nullable String servedModel;

    EmbeddingReader(int texts) {
        this.vectors = new float[texts][];
    }

    /** {@return the tokens of the batch, -1 if the server did not count them} */
    int promptTokens() {
        return promptTokens;
    }

    @Nullable
    String servedModel() {
        return servedModel;
    }

    List<float[]> read(Call call, byte[] answer) {
        body = answer;
        try (JsonParser json = Json.parser(body, 0, body.length)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                for (String field = json.nextName(); field != null; field = json.nextName()) {
                    json.nextToken();
                    field(json, field);
                }
            }
        } catch (JacksonException | IllegalArgumentException e) {
            throw HttpAdapter.notTheForm(call, EXPECTED, e);
        }
        return whole(call);
    }

    private List<float[]> whole(Call call) {
        List<float[]> whole = new ArrayList<>(vectors.length);
        for (float[] vector : vectors) {
            if (vector == null
                    || vector.length == 0
                    || vector.length != whole.stream().findFirst().orElse(vector).length) {
                throw HttpAdapter.notTheForm(call, EXPECTED, null);
            }
            whole.add(vector);
        }
        return whole;
    }

    private void field(JsonParser json, String field) {
        switch (field) {
            case "data" -> data(json);
            case "model" -> servedModel = Json.text(json);
            case "usage" -> promptTokens = promptTokens(json);
            default -> json.skipChildren();
        }
    }

    /** {@return the tokens of what was asked, as {@code usage} tells them; negative if it does not} */
    static int promptTokens(JsonParser json) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return -1;
        }
        int tokens = -1;
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            if (field.equals("prompt_tokens")) {
                tokens = Json.number(json);
            } else {
                json.skipChildren();
            }
        }
        return tokens;
    }

    private void data(JsonParser json) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        for (int place = 0; json.nextToken() != JsonToken.END_ARRAY; place++) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                entry(json, place);
            } else {
                json.skipChildren();
            }
        }
    }

    private void entry(JsonParser json, int place) {
        int index = place;
        float[] vector = null;
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            switch (field) {
                case "index" -> index = Json.number(json);
                case "embedding" -> vector = vector(json);
                default -> json.skipChildren();
            }
        }
        if (index >= 0 && index < vectors.length) {
            vectors[index] = vector;
        }
    }

    private float @Nullable [] vector(JsonParser json) {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            ByteBuffer bytes = base64(json);
            if (bytes.remaining() % Float.BYTES != 0) {
                return null;
            }
            float[] vector = new float[bytes.remaining() / Float.BYTES];
            bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
            return vector;
        }
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return null;
        }
        int length = 0;
        boolean sound = true;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (length == numbers.length) {
                numbers = Arrays.copyOf(numbers, length * 2);
            }
            double number = Json.decimal(json);
            sound &= !Double.isNaN(number);
            numbers[length++] = (float) number;
        }
        return sound ? Arrays.copyOf(numbers, length) : null;
    }

    /** The JDK decodes several times as fast as the parser, but knows no escapes such as {@code \/}: these are the parser's. */
    private ByteBuffer base64(JsonParser json) {
        int start = (int) json.currentTokenLocation().getByteOffset() + 1;
        int end = start;
        while (end < body.length && body[end] != '"') {
            end++;
        }
        try {
            return Base64.getDecoder().decode(ByteBuffer.wrap(body, start, end - start));
        } catch (IllegalArgumentException e) {
            return ByteBuffer.wrap(json.getBinaryValue());
        }
    }
}
