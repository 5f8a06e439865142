package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.control.RunnerControl;
import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.ReceivedRequest;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stand-in for Docker Model Runner that has one model and keeps one configuration of it, as the real one does: whole. */
final class ConfigurableRunner implements AutoCloseable {
    static final String MODEL = "ai/tiny";
    static final String ID = "sha256:9351ec10c41ba346012c7e7de5fbbfe4a9b7010689794264f9200379bb00e777";

    private static final String CONFIGURE = "/engines/_configure";

    private final ScriptedServer server = EndpointFormsTest.modelRunner();
    private final HttpAdapter adapter = HttpAdapter.at(server.url());
    private final List<String> ignored = new ArrayList<>();
    private String engine = "llama.cpp";
    private String stored = "[]\n";
    private @Nullable Script answer;

    ConfigurableRunner() {
        server.on("/models/ai/tiny:latest", Script.json(model("gguf")))
                .on(CONFIGURE, this::answer)
                .on("/engines/llama.cpp/_configure", this::answer)
                .on("/engines/vllm/_configure", this::answer);
    }

    private static String model(String format) {
        return "{\"id\":\"" + ID + "\",\"config\":{\"format\":\"" + format + "\"}}";
    }

    private synchronized void answer(Exchange exchange) throws IOException {
        ReceivedRequest request = exchange.request();
        if (request.method().equals("GET")) {
            exchange.answer(200, "application/json", stored);
        } else if (answer != null) {
            answer.answer(exchange);
        } else {
            Map<String, @Nullable Object> settings = JsonValues.object(request.body());
            settings.remove("model");
            String mode = String.valueOf(settings.remove("mode"));
            ignored.forEach(settings::remove);
            stored(mode, JsonValues.text(settings));
            exchange.head(202, "Content-Length: 0").end();
        }
    }

    /** Has a configuration stored before. */
    synchronized ConfigurableRunner stored(String mode, String settings) {
        stored = "[{\"Backend\":\"" + engine + "\",\"Model\":\"docker.io/ai/tiny:latest\",\"ModelID\":\"" + ID
                + "\",\"Mode\":\"" + mode + "\",\"Config\":" + settings + "}]\n";
        return this;
    }

    /** Has a model whose format decides for an engine. */
    ConfigurableRunner servedBy(String name, String format) {
        engine = name;
        server.on("/models/ai/tiny:latest", Script.json(model(format)));
        return this;
    }

    /** Knows nothing of a setting, as an older runner. */
    ConfigurableRunner without(String member) {
        ignored.add(member);
        return this;
    }

    /** Refuses to be configured. */
    synchronized ConfigurableRunner refusing(Script refusal) {
        answer = refusal;
        return this;
    }

    ScriptedServer server() {
        return server;
    }

    RunnerControl control() {
        return adapter.power(RunnerControl.class).orElseThrow();
    }

    List<ReceivedRequest> posted() {
        return server.requests().stream()
                .filter(request -> request.method().equals("POST"))
                .toList();
    }

    /** {@return what was posted, which must be one thing} */
    Map<String, @Nullable Object> sent() {
        assertThat(posted()).hasSize(1);
        return JsonValues.object(posted().get(0).body());
    }

    @Override
    public void close() {
        adapter.close();
        server.close();
    }
}
