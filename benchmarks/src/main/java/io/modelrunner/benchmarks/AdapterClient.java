package io.modelrunner.benchmarks;

import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.http.HttpAdapter;
import java.util.function.Consumer;

/** Ours: the adapter as its users use it. */
final class AdapterClient implements Client {
    private final HttpAdapter adapter;
    private final ChatRequest request = ChatRequest.of("ai/tiny", "What is a container?");

    AdapterClient(String url) {
        adapter = HttpAdapter.at(url);
    }

    @Override
    public String stream(Consumer<String> pieces) {
        try (ChatStream answer = adapter.stream(request)) {
            for (ChatEvent event : answer) {
                if (event instanceof ChatEvent.Text piece) {
                    pieces.accept(piece.text());
                }
            }
            return answer.join().text();
        }
    }

    @Override
    public String ask() {
        return adapter.chat(request).text();
    }

    @Override
    public void close() {
        adapter.close();
    }
}
