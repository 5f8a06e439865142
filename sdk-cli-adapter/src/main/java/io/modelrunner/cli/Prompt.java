package io.modelrunner.cli;

import io.modelrunner.Capability;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.Message;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The one text that {@code docker model run} takes: a user's message, or, if that is wanted, a conversation told in one. */
final class Prompt {
    private Prompt() {}

    /**
     * {@return what can be made one text of}
     *
     * @param folded whether a conversation may be
     */
    static Set<Capability> carried(boolean folded) {
        return folded
                ? EnumSet.of(Capability.SYSTEM_MESSAGES, Capability.CONVERSATION)
                : EnumSet.noneOf(Capability.class);
    }

    /** {@return whether a request is more than one message of a user} */
    static boolean isConversation(ChatRequest request) {
        return request.messages().size() > 1 || !(request.messages().get(0) instanceof Message.User);
    }

    /** {@return the text of a request that needs no more than what is carried} */
    static String of(ChatRequest request) {
        List<Message> messages = request.messages();
        if (!isConversation(request)) {
            return said(messages.get(0));
        }
        return messages.stream()
                .map(message -> speaker(message) + ": " + said(message))
                .collect(Collectors.joining("\n\n", "", "\n\nAssistant:"));
    }

    private static String speaker(Message message) {
        if (message instanceof Message.SystemPrompt) {
            return "System";
        }
        return message instanceof Message.Assistant ? "Assistant" : "User";
    }

    private static String said(Message message) {
        if (message instanceof Message.SystemPrompt system) {
            return system.text();
        }
        if (message instanceof Message.Assistant assistant) {
            return assistant.text();
        }
        return message instanceof Message.User user ? user.text() : "";
    }
}
