package io.modelrunner.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.io.CloseMode;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * By hand (HC5): Apache HttpClient's classic side on the caller's thread, lines cut in a buffer, Jackson's streaming parser
 * for the few fields that are needed. The leanest that one would write for a program of one's own.
 */
final class HttpClient5Client implements Client {
    private static final int BUFFER = 32 * 1024;
    private static final JsonFactory JSON = new JsonFactory();

    private final CloseableHttpClient client = client();
    private final String url;

    HttpClient5Client(String url) {
        this.url = url + "/chat/completions";
    }

    static CloseableHttpClient client() {
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(Http1Config.custom()
                                        .setBufferSize(BUFFER)
                                        .build())
                                .build())
                        .setMaxConnTotal(10_000)
                        .setMaxConnPerRoute(10_000)
                        .build())
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableContentCompression()
                .build();
    }

    /** {@return a request that {@link HttpPost#cancel} ends} */
    HttpPost request(boolean streamed) {
        HttpPost post = new HttpPost(url);
        post.setEntity(new StringEntity(Questions.json(streamed), ContentType.APPLICATION_JSON));
        return post;
    }

    @Override
    public String stream(Consumer<String> pieces) {
        return stream(request(true), pieces);
    }

    String stream(HttpPost request, Consumer<String> pieces) {
        try {
            return client.execute(request, response -> {
                check(response);
                return new Lines(response.getEntity().getContent(), pieces).read();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String ask() {
        try {
            return client.execute(request(false), response -> {
                check(response);
                byte[] body = EntityUtils.toByteArray(response.getEntity());
                Choice choice = new Choice();
                choice.read(body, 0, body.length);
                return choice.content;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void check(ClassicHttpResponse response) throws IOException {
        if (response.getCode() != 200) {
            throw new IOException("status " + response.getCode());
        }
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }

    /** The lines of a streamed answer. */
    private static final class Lines {
        private static final byte[] DATA = "data: ".getBytes(UTF_8);

        private final InputStream in;
        private final Consumer<String> pieces;
        private final byte[] buffer = new byte[BUFFER];
        private final Choice choice = new Choice();
        private final StringBuilder text = new StringBuilder();
        private int filled;

        Lines(InputStream in, Consumer<String> pieces) {
            this.in = in;
            this.pieces = pieces;
        }

        String read() throws IOException {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer, filled, buffer.length - filled)) {
                int scan = filled;
                filled += read;
                int start = 0;
                for (int i = scan; i < filled; i++) {
                    if (buffer[i] == '\n') {
                        line(start, i);
                        start = i + 1;
                    }
                }
                System.arraycopy(buffer, start, buffer, 0, filled - start);
                filled -= start;
                if (filled == buffer.length) {
                    throw new IOException("a line is longer than " + filled);
                }
            }
            if (!choice.finished) {
                throw new EOFException("the answer ended in its middle");
            }
            return text.toString();
        }

        private void line(int start, int end) {
            boolean data = end - start > DATA.length && buffer[start] == 'd' && buffer[start + 4] == ':';
            int value = start + DATA.length;
            if (data && buffer[value] == '{') {
                choice.read(buffer, value, end - value);
                if (!choice.content.isEmpty()) {
                    text.append(choice.content);
                    pieces.accept(choice.content);
                }
            }
        }
    }

    /** What is needed of a JSON document. */
    private static final class Choice {
        private String content = "";
        private boolean finished;

        void read(byte[] bytes, int start, int length) {
            content = "";
            try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes, start, length)) {
                json.nextToken();
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    json.nextToken();
                    if (name.equals("choices")) {
                        choices(json);
                    } else {
                        json.skipChildren();
                    }
                }
            }
        }

        private void choices(JsonParser json) {
            while (json.nextToken() == JsonToken.START_OBJECT) {
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    JsonToken value = json.nextToken();
                    switch (name) {
                        case "delta", "message" -> content(json);
                        case "finish_reason" -> finished |= value == JsonToken.VALUE_STRING;
                        default -> json.skipChildren();
                    }
                }
            }
        }

        private void content(JsonParser json) {
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                JsonToken value = json.nextToken();
                if (name.equals("content") && value == JsonToken.VALUE_STRING) {
                    content = json.getString();
                } else {
                    json.skipChildren();
                }
            }
        }
    }
}
