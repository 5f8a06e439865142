package io.modelrunner.examples;

import io.modelrunner.RunnerEndpoint;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.http.RunnerFinder;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Stand-ins for runners that answer as real ones were recorded; both greet, whatever the prompt. */
final class Servers {
    static final String GREETING = "Hello! How can I help you today?";

    private Servers() {}

    /** {@return Docker Model Runner with the models of a recorded list} */
    static ScriptedServer modelRunner(String models) {
        return ScriptedServer.answering(Script.json(404, "{}"))
                .on("/engines/status", recorded("engines/status"))
                .on("/engines/v1/models", recorded(models))
                .on("/engines/v1/chat/completions", recorded("inference/chat-stream"));
    }

    /** {@return llama.cpp's server} */
    static ScriptedServer llamaCpp() {
        return ScriptedServer.answering(recorded("llama-cpp/engines-status"))
                .on("/health", recorded("llama-cpp/health"))
                .on("/v1/models", recorded("llama-cpp/models"))
                .on("/v1/chat/completions", recorded("llama-cpp/chat-stream"));
    }

    /** {@return a finder that knows of nothing but what the environment says: of no runner of this machine} */
    static RunnerFinder finder(Map<String, String> environment) {
        Path nowhere = Path.of("target", "nowhere").toAbsolutePath();
        Surroundings surroundings = new Surroundings(environment, nowhere, nowhere);
        return RunnerFinder.builder()
                .surroundings(surroundings)
                .locators(new EndpointLocator() {
                    @Override
                    public String name() {
                        return "MODEL_RUNNER_BASE_URL";
                    }

                    @Override
                    public Stage stage() {
                        return Stage.NAMED;
                    }

                    @Override
                    public List<Candidate> locate(Surroundings seen) {
                        return seen
                                .variable(name())
                                .map(address -> Candidate.of(RunnerEndpoint.parse(address), name()))
                                .stream()
                                .toList();
                    }
                })
                .build();
    }

    static Script recorded(String name) {
        return Script.replay(Recordings.load(name));
    }
}
