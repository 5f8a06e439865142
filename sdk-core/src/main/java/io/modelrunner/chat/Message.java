package io.modelrunner.chat;

import io.modelrunner.internal.Checks;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A message of a conversation: from the system, the user, the assistant, or a tool.
 *
 * <p>Messages are immutable, and their {@code toString()} tells kinds and lengths only: prompts don't belong in logs.
 */
public sealed interface Message {
    /**
     * {@return an instruction to the model}
     *
     * @param text 1 to 10,485,760 characters; not null
     */
    static SystemPrompt system(String text) {
        return new SystemPrompt(text);
    }

    /**
     * {@return a user's message of text}
     *
     * @param text 1 to 10,485,760 characters; not null
     */
    static User user(String text) {
        return new User(List.of(new ContentPart.Text(text)));
    }

    /**
     * {@return a user's message of several parts}
     *
     * @param parts 1 to 100 parts; not null
     */
    static User user(ContentPart... parts) {
        return new User(List.of(parts));
    }

    /**
     * {@return an answer of the model, for the history}
     *
     * @param text 1 to 10,485,760 characters; not null
     */
    static Assistant assistant(String text) {
        return new Assistant(text, List.of());
    }

    /**
     * {@return what a tool answered}
     *
     * @param toolCallId the id of the call that it answers; not null
     * @param text the result, at most 10,485,760 characters; not null
     */
    static ToolResult toolResult(String toolCallId, String text) {
        return new ToolResult(toolCallId, text);
    }

    /**
     * An instruction to the model; stands before all other messages.
     *
     * @param text 1 to 10,485,760 characters
     */
    record SystemPrompt(String text) implements Message {
        /**
         * Checks the length.
         *
         * @param text 1 to 10,485,760 characters
         */
        public SystemPrompt {
            Checks.length(text, 1, Checks.LONGEST_TEXT, "system message");
        }

        /** {@return the length, not the text} */
        @Override
        public String toString() {
            return "SystemPrompt[" + text.length() + " characters]";
        }
    }

    /**
     * What the user says.
     *
     * @param parts 1 to 100 parts, immutable
     */
    record User(List<ContentPart> parts) implements Message {
        /**
         * Checks the number and copies the list.
         *
         * @param parts 1 to 100 parts
         */
        public User {
            parts = List.copyOf(parts);
            Checks.size(parts.size(), 1, 100, "parts of the user message");
        }

        /** {@return the texts of all text parts, joined by line ends} */
        public String text() {
            if (parts.size() == 1 && parts.get(0) instanceof ContentPart.Text only) {
                return only.text();
            }
            return parts.stream()
                    .filter(ContentPart.Text.class::isInstance)
                    .map(part -> ((ContentPart.Text) part).text())
                    .collect(Collectors.joining("\n"));
        }
    }

    /**
     * What the model said.
     *
     * @param text the answer, at most 10,485,760 characters; empty only beside tool calls
     * @param toolCalls the calls it asked for, immutable; their ids differ
     */
    record Assistant(String text, List<ToolCall> toolCalls) implements Message {
        /**
         * Checks the length and the ids, and copies the list.
         *
         * @param text the answer, at most 10,485,760 characters; empty only beside tool calls
         * @param toolCalls the calls it asked for; their ids differ
         */
        public Assistant {
            toolCalls = List.copyOf(toolCalls);
            Checks.length(text, toolCalls.isEmpty() ? 1 : 0, Checks.LONGEST_TEXT, "assistant message");
            long ids = toolCalls.stream().map(ToolCall::id).distinct().count();
            Checks.that(ids == toolCalls.size(), "tool calls", "of different ids", "one used twice");
        }

        /** {@return the length and the calls' names, not the text} */
        @Override
        public String toString() {
            return "Assistant[" + text.length() + " characters, " + toolCalls + "]";
        }
    }

    /**
     * What a tool answered.
     *
     * @param toolCallId the id of the call that it answers, 1 to 256 characters
     * @param text the result, at most 10,485,760 characters
     */
    record ToolResult(String toolCallId, String text) implements Message {
        /**
         * Checks the lengths.
         *
         * @param toolCallId the id of the call that it answers, 1 to 256 characters
         * @param text the result, at most 10,485,760 characters
         */
        public ToolResult {
            Checks.length(toolCallId, 1, 256, "tool call id");
            Checks.length(text, 0, Checks.LONGEST_TEXT, "tool result");
        }

        /** {@return the id and the length, not the text} */
        @Override
        public String toString() {
            return "ToolResult[" + toolCallId + ", " + text.length() + " characters]";
        }
    }
}
