package io.modelrunner.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** By hand (JDK): the JDK's client and Jackson's databind into records. What most would write first. */
final class JdkClient implements Client {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI uri;

    JdkClient(String url) {
        uri = URI.create(url + "/chat/completions");
    }

    @Override
    public String stream(Consumer<String> pieces) {
        StringBuilder text = new StringBuilder();
        try (Stream<String> lines = send(true, BodyHandlers.ofLines())) {
            for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
                String line = each.next();
                if (line.startsWith("data: {")) {
                    String piece = JSON.readValue(line.substring("data: ".length()), Completion.class)
                            .text();
                    if (!piece.isEmpty()) {
                        text.append(piece);
                        pieces.accept(piece);
                    }
                }
            }
        }
        return text.toString();
    }

    @Override
    public String ask() {
        return JSON.readValue(send(false, BodyHandlers.ofByteArray()), Completion.class)
                .text();
    }

    private <T> T send(boolean streamed, BodyHandler<T> handler) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Questions.json(streamed), UTF_8))
                .build();
        try {
            HttpResponse<T> response = client.send(request, handler);
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode());
            }
            return response.body();
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

    record Completion(List<Choice> choices) {
        String text() {
            return choices.isEmpty() ? "" : choices.get(0).text();
        }
    }

    record Choice(
            @Nullable Message delta,
            @Nullable Message message,
            @Nullable String finish_reason) {
        String text() {
            Message part = delta == null ? message : delta;
            return part == null || part.content() == null ? "" : part.content();
        }
    }

    record Message(@Nullable String content) {}
}
