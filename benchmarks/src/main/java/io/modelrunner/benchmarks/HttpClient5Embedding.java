package io.modelrunner.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.io.CloseMode;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** By hand (HC5): the body whole, and Jackson's streaming parser for the vectors alone, taken in the order they come in. */
final class HttpClient5Embedding implements EmbeddingWay.Client {
    private static final JsonFactory JSON = new JsonFactory();

    private final CloseableHttpClient client = HttpClient5Client.client();
    private final String url;
    private final String request;

    HttpClient5Embedding(String url, boolean base64) {
        this.url = url + "/embeddings";
        this.request = Vectors.json(base64);
    }

    @Override
    public List<float[]> embed() {
        HttpPost post = new HttpPost(url);
        post.setEntity(new StringEntity(request, ContentType.APPLICATION_JSON));
        try {
            return client.execute(post, response -> {
                HttpClient5Client.check(response);
                return read(EntityUtils.toByteArray(response.getEntity()));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<float[]> read(byte[] body) {
        List<float[]> vectors = new ArrayList<>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.PROPERTY_NAME
                        && json.currentName().equals("embedding")) {
                    vectors.add(json.nextToken() == JsonToken.VALUE_STRING ? base64(json) : numbers(json));
                }
            }
        }
        return vectors;
    }

    private static float[] base64(JsonParser json) {
        byte[] bytes = json.getBinaryValue();
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    private static float[] numbers(JsonParser json) {
        float[] numbers = new float[768];
        int length = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (length == numbers.length) {
                numbers = Arrays.copyOf(numbers, length * 2);
            }
            numbers[length++] = json.getFloatValue();
        }
        return length == numbers.length ? numbers : Arrays.copyOf(numbers, length);
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
