package io.modelrunner.examples;

import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.Message;
import io.modelrunner.chat.Tool;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.sdk.ModelRunner;
import java.io.PrintStream;

/** A model that calls a tool: as long as it asks for calls, make them and tell it the results. */
public final class Tools {
    private static final int MOST_ROUNDS = 5;
    private static final Tool GET_WEATHER = Tool.of("get_weather", "Get the current weather for a city", """
            {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}""");

    private Tools() {}

    /**
     * Asks the runner that is found: named by {@code MODEL_RUNNER_BASE_URL}, or where one usually is.
     *
     * @param args the model's name; {@code ai/smollm2} unless given
     */
    public static void main(String[] args) {
        try (ModelRunner runner = ModelRunner.connect()) {
            System.out.println(ask(runner, args.length > 0 ? args[0] : "ai/smollm2", System.out));
        }
    }

    static String ask(ModelRunner runner, String model, PrintStream log) {
        ChatRequest.Builder conversation = ChatRequest.builder(model)
                .user("What is the weather in Paris?")
                .tools(GET_WEATHER)
                .temperature(0);
        for (int round = 0; round < MOST_ROUNDS; round++) {
            ChatResponse response = runner.chat(conversation.build());
            if (response.toolCalls().isEmpty()) {
                return response.text();
            }
            conversation.message(response.toMessage());
            for (ToolCall call : response.toolCalls()) {
                log.println("calls " + call.name() + " with " + call.arguments());
                conversation.message(Message.toolResult(call.id(), result(call)));
            }
        }
        throw new IllegalStateException("the model calls tools without end");
    }

    /** The arguments are what the model wrote: a real tool parses and checks them. */
    private static String result(ToolCall call) {
        return call.name().equals(GET_WEATHER.name())
                ? "{\"temperature\": 21, \"condition\": \"sunny\"}"
                : "{\"error\": \"there is no such tool\"}";
    }
}
