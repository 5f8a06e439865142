package io.modelrunner.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** An embedding of 64 texts, as question and as the ready-made bytes of its answer. */
final class Vectors {
    private static final int TEXTS = 64;
    private static final int DIMENSIONS = 768;

    private Vectors() {}

    static List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < TEXTS; i++) {
            texts.add("A container is a running process, number " + i + ".");
        }
        return texts;
    }

    /** {@return the request of the clients by hand} */
    static String json(boolean base64) {
        return "{\"model\":\"ai/tiny\",\"input\":[\"" + String.join("\",\"", texts()) + "\"]"
                + (base64 ? ",\"encoding_format\":\"base64\"}" : "}");
    }

    /** {@return the numbers of the vectors: of length 1, as embedding models make them} */
    static List<float[]> vectors() {
        Random random = new Random(768);
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < TEXTS; i++) {
            float[] vector = new float[DIMENSIONS];
            for (int j = 0; j < DIMENSIONS; j++) {
                vector[j] = (float) (random.nextGaussian() / Math.sqrt(DIMENSIONS));
            }
            vectors.add(vector);
        }
        return vectors;
    }

    /** {@return an answer, headers included} */
    static byte[] answer(boolean base64) {
        StringBuilder body = new StringBuilder("{\"model\":\"ai/tiny\",\"object\":\"list\",")
                .append("\"usage\":{\"prompt_tokens\":640,\"total_tokens\":640},\"data\":[");
        int index = 0;
        for (float[] vector : vectors()) {
            body.append(index == 0 ? "" : ",")
                    .append("{\"embedding\":")
                    .append(base64 ? base64(vector) : numbers(vector))
                    .append(",\"index\":")
                    .append(index++)
                    .append(",\"object\":\"embedding\"}");
        }
        body.append("]}");
        return ("HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(ISO_8859_1);
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return '"' + Base64.getEncoder().encodeToString(bytes.array()) + '"';
    }

    /** As llama.cpp writes them: with the digits of a double. */
    private static String numbers(float[] vector) {
        StringBuilder numbers = new StringBuilder("[");
        for (float each : vector) {
            numbers.append(numbers.length() == 1 ? "" : ",").append((double) each);
        }
        return numbers.append(']').toString();
    }
}
