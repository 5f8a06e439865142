package io.modelrunner.examples;

import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;

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

    static Script recorded(String name) {
        return Script.replay(Recordings.load(name));
    }
}
