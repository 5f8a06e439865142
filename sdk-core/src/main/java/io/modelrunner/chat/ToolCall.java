package io.modelrunner.chat;

import static java.util.Objects.requireNonNull;

import io.modelrunner.internal.Checks;

/**
 * A call of a tool that the model asks for.
 *
 * @param id the id that the {@linkplain Message.ToolResult result} names, 1 to 256 characters
 * @param name the name of the tool, 1 to 256 characters, as the model wrote it: not necessarily one that was offered
 * @param arguments the arguments as the model wrote them, mostly a JSON object; cut off if the answer was, so check the
 *     finish reason before parsing
 */
public record ToolCall(String id, String name, String arguments) {
    /**
     * Checks the lengths.
     *
     * @param id 1 to 256 characters
     * @param name 1 to 256 characters
     * @param arguments the arguments as the model wrote them; not null
     */
    public ToolCall {
        Checks.length(id, 1, 256, "tool call id");
        Checks.length(name, 1, 256, "tool call name");
        requireNonNull(arguments, "arguments");
    }

    /** {@return id and name, not the arguments} */
    @Override
    public String toString() {
        return "ToolCall[" + id + ", " + name + "]";
    }
}
