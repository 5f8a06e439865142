package io.modelrunner.chat;

import io.modelrunner.internal.Checks;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules for roles and their order, and for tool results and the calls they answer. */
final class Conversation {
    private final Set<String> openCalls = new HashSet<>();
    private boolean begun;

    private Conversation() {}

    /** Refuses messages that no model could make sense of. */
    static void check(List<Message> messages) {
        Checks.size(messages.size(), 1, 10_000, "messages");
        Conversation conversation = new Conversation();
        for (int i = 0; i < messages.size(); i++) {
            conversation.next(messages.get(i), "messages[" + i + "]");
        }
        Checks.that(
                conversation.openCalls.isEmpty(),
                "messages",
                "with a result for every tool call",
                conversation.missing());
        Checks.that(conversation.begun, "messages", "at least one that is not from the system", "none");
    }

    private void next(Message message, String field) {
        if (message instanceof Message.ToolResult result) {
            String id = result.toolCallId();
            boolean known = openCalls.remove(id);
            Checks.that(
                    known, field, "the result of a tool call of the assistant message before it", Checks.quoted(id));
            return;
        }
        Checks.that(openCalls.isEmpty(), field, "a tool result, as calls are still open", kind(message));
        if (message instanceof Message.SystemPrompt) {
            Checks.that(
                    !begun, field, "a user, assistant or tool message, as system messages come first", kind(message));
            return;
        }
        begun = true;
        if (message instanceof Message.Assistant assistant) {
            assistant.toolCalls().forEach(call -> openCalls.add(call.id()));
        }
    }

    private String missing() {
        return "without " + openCalls.size() + " of them";
    }

    private static String kind(Message message) {
        if (message instanceof Message.SystemPrompt) {
            return "a system message";
        }
        return message instanceof Message.User ? "a user message" : "an assistant message";
    }
}
