package io.modelrunner.chat;

import io.modelrunner.internal.Checks;

/** Whether the model may, must, or must not call tools. */
public sealed interface ToolChoice {
    /** Leaves it to the model. */
    ToolChoice AUTO = Mode.AUTO;
    /** Forbids calls. */
    ToolChoice NONE = Mode.NONE;
    /** Demands at least one call. */
    ToolChoice REQUIRED = Mode.REQUIRED;

    /**
     * {@return the demand to call one tool}
     *
     * @param name the name of a tool of the request
     */
    static ToolChoice function(String name) {
        return new Function(name);
    }

    /** The choices that name no tool. */
    enum Mode implements ToolChoice {
        /** Leaves it to the model. */
        AUTO,
        /** Forbids calls. */
        NONE,
        /** Demands at least one call. */
        REQUIRED
    }

    /**
     * The demand to call one tool.
     *
     * @param name the name of a tool of the request
     */
    record Function(String name) implements ToolChoice {
        /**
         * Checks the name.
         *
         * @param name 1 to 64 letters, digits, {@code _} or {@code -}
         */
        public Function {
            Checks.name(name, "tool choice");
        }
    }
}
