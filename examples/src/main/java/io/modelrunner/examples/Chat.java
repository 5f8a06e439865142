package io.modelrunner.examples;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.Message;
import io.modelrunner.sdk.ModelRunner;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A conversation: each question goes with all that was said before. */
public final class Chat {
    private Chat() {}

    /**
     * Asks the runner that is found: named by {@code MODEL_RUNNER_BASE_URL}, or where one usually is.
     *
     * @param args the model's name; {@code ai/smollm2} unless given
     */
    public static void main(String[] args) {
        try (ModelRunner runner = ModelRunner.connect()) {
            converse(runner, args.length > 0 ? args[0] : "ai/smollm2", System.out);
        }
    }

    static void converse(ModelRunner runner, String model, PrintStream out) {
        List<Message> history = new ArrayList<>();
        history.add(Message.system("Be brief."));
        for (String question : List.of("My name is Zelda.", "What is my name?")) {
            history.add(Message.user(question));
            ChatRequest request =
                    ChatRequest.builder(model).messages(history).temperature(0).build();
            ChatResponse answer = runner.chat(request);
            history.add(answer.toMessage());
            out.println("> " + question);
            out.println(answer.text());
        }
    }
}
