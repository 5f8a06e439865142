package io.modelrunner.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.Timeouts;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;

/** An adapter whose server is an array of bytes: all of our code and none of the network, for tests in great number. */
final class InProcess {
    /** The bytes are there once, so a server that is loading is not asked again. */
    private static final Timeouts ONCE =
            Timeouts.builder().load(Duration.ofMillis(40)).build();

    private InProcess() {}

    static HttpAdapter adapter(int status, String contentType, InputStream body) {
        HttpAdapter.Builder builder = HttpAdapter.builder("http://localhost:12434/engines/v1");
        return new HttpAdapter(status < 400 ? builder : builder.timeouts(ONCE), transport(status, contentType, body));
    }

    static Transport transport(int status, String contentType, InputStream body) {
        return new Transport(new Bytes(status, contentType, body));
    }

    static ChatResponse chat(ChatRequest request, String body) {
        return chat(request, body.getBytes(UTF_8));
    }

    static ChatResponse chat(ChatRequest request, byte[] body) {
        try (HttpAdapter adapter = adapter(200, "application/json", new ByteArrayInputStream(body))) {
            return adapter.chat(request);
        }
    }

    static ChatResponse stream(ChatRequest request, String body) {
        List<ChatEvent> events = events(request, body);
        return ((ChatEvent.Completed) events.get(events.size() - 1)).response();
    }

    static List<ChatEvent> events(ChatRequest request, String body) {
        return events(request, new ByteArrayInputStream(body.getBytes(UTF_8)));
    }

    static List<ChatEvent> events(ChatRequest request, InputStream body) {
        List<ChatEvent> events = new ArrayList<>();
        try (HttpAdapter adapter = adapter(200, "text/event-stream", body);
                ChatStream stream = adapter.stream(request)) {
            stream.forEach(events::add);
        }
        return events;
    }

    /** Answers each request with the same bytes. */
    private static final class Bytes extends CloseableHttpClient {
        private final int status;
        private final String contentType;
        private final InputStream body;

        Bytes(int status, String contentType, InputStream body) {
            this.status = status;
            this.contentType = contentType;
            this.body = body;
        }

        @Override
        public ClassicHttpResponse executeOpen(HttpHost target, ClassicHttpRequest request, HttpContext context) {
            if (context.getAttribute(AnswerExecutor.ON_CONNECTED) instanceof Runnable connected) {
                connected.run();
            }
            ClassicHttpResponse response = new BasicClassicHttpResponse(status);
            response.setHeader("Content-Type", contentType);
            response.setEntity(new InputStreamEntity(body, ContentType.parse(contentType)));
            return response;
        }

        @Override
        protected CloseableHttpResponse doExecute(HttpHost target, ClassicHttpRequest request, HttpContext context) {
            throw new UnsupportedOperationException("the adapter opens its answers");
        }

        @Override
        public void close(CloseMode closeMode) {}

        @Override
        public void close() throws IOException {}
    }
}
