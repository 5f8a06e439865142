package io.modelrunner.examples;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.sdk.ModelRunner;
import java.io.PrintStream;

/** Prints an answer while it arrives. */
public final class Streaming {
    private Streaming() {}

    /**
     * Asks the runner that is found: named by {@code MODEL_RUNNER_BASE_URL}, or where one usually is.
     *
     * @param args the model's name; {@code ai/smollm2} unless given
     */
    public static void main(String[] args) {
        try (ModelRunner runner = ModelRunner.connect()) {
            tellStory(runner, args.length > 0 ? args[0] : "ai/smollm2", System.out);
        }
    }

    static void tellStory(ModelRunner runner, String model, PrintStream out) {
        try (ChatStream answer = runner.stream(ChatRequest.of(model, "Tell me a short story"))) {
            answer.text().forEach(piece -> {
                out.print(piece);
                out.flush();
            });
            out.println();
            answer.join().usage().ifPresent(usage -> out.println(usage.completionTokens() + " tokens"));
        }
    }
}
