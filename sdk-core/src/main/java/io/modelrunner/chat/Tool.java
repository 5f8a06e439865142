package io.modelrunner.chat;

import io.modelrunner.internal.Checks;
import io.modelrunner.internal.JsonSyntax;

/**
 * A function that the model may ask to be called.
 *
 * @param name 1 to 64 letters, digits, {@code _} or {@code -}
 * @param description what it does and when to call it, for the model; at most 100,000 characters, may be empty
 * @param parameters a JSON schema of its arguments: a JSON object, at most 1,000,000 characters
 */
public record Tool(String name, String description, String parameters) {
    /**
     * Checks the bounds, and that the schema is a JSON object.
     *
     * @param name 1 to 64 letters, digits, {@code _} or {@code -}
     * @param description at most 100,000 characters, may be empty
     * @param parameters a JSON object, at most 1,000,000 characters
     */
    public Tool {
        Checks.name(name, "tool name");
        Checks.length(description, 0, 100_000, "tool description");
        JsonSyntax.object(parameters, 1_000_000, "tool parameters");
    }

    /**
     * {@return a tool without arguments}
     *
     * @param name 1 to 64 letters, digits, {@code _} or {@code -}
     * @param description what it does and when to call it
     */
    public static Tool of(String name, String description) {
        return new Tool(name, description, "{\"type\":\"object\",\"properties\":{}}");
    }

    /**
     * {@return a tool}
     *
     * @param name 1 to 64 letters, digits, {@code _} or {@code -}
     * @param description what it does and when to call it
     * @param parameters a JSON schema of its arguments
     */
    public static Tool of(String name, String description, String parameters) {
        return new Tool(name, description, parameters);
    }
}
