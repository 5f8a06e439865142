package io.modelrunner.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** By hand (JDK): the JDK's client and Jackson's databind into records, numbers as they come unless one asks. */
final class JdkEmbedding implements EmbeddingWay.Client {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI uri;
    private final String request = Vectors.json(false);

    JdkEmbedding(String url) {
        uri = URI.create(url + "/embeddings");
    }

    @Override
    public List<float[]> embed() {
        HttpRequest post = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(request))
                .build();
        try {
            HttpResponse<byte[]> response = client.send(post, BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode());
            }
            return JSON.readValue(response.body(), Embeddings.class).data().stream()
                    .map(Entry::embedding)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        // ends by itself when it is no longer reachable; its close() came with Java 21
    }

    record Embeddings(List<Entry> data) {}

    @SuppressWarnings("ArrayRecordComponent") // what one would write
    record Entry(float[] embedding) {}
}
