package io.modelrunner.control;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * How an engine is.
 *
 * @param name its name, such as {@code llama.cpp}
 * @param state whether it can be used
 * @param detail the runner's own words, such as a version or a reason; may be empty
 */
public record EngineStatus(String name, State state, String detail) {
    /** Whether an engine can be used. */
    public enum State {
        /** It can; that a model is loaded is not said by this. */
        RUNNING,
        /** It is broken. */
        ERROR,
        /** It is not there. */
        NOT_INSTALLED,
        /** It is being brought. A failed try can stay in this state, as the runner keeps its word for it. */
        INSTALLING,
        /** The runner has a word for it that this SDK doesn't know; the detail is all of what it said. */
        UNKNOWN
    }

    private static final Map<String, State> STATES = Map.of(
            "Running", State.RUNNING,
            "Error", State.ERROR,
            "Not Installed", State.NOT_INSTALLED,
            "Installing", State.INSTALLING);

    /**
     * Checks that nothing is null.
     *
     * @param name its name; not null
     * @param state whether it can be used; not null
     * @param detail the runner's own words; not null
     */
    public EngineStatus {
        requireNonNull(name, "name");
        requireNonNull(state, "state");
        requireNonNull(detail, "detail");
    }

    /**
     * Reads the text that Docker Model Runner has for an engine.
     *
     * @param name the engine's name; not null
     * @param text such as {@code Running: llama.cpp b9879} or {@code Not Installed}; not null
     * @return how it is
     */
    public static EngineStatus parse(String name, String text) {
        int colon = text.indexOf(':');
        State state = STATES.get(colon < 0 ? text : text.substring(0, colon));
        if (state == null) {
            return new EngineStatus(name, State.UNKNOWN, text);
        }
        return new EngineStatus(
                name, state, colon < 0 ? "" : text.substring(colon + 1).strip());
    }

    /** {@return the name, the state, and the detail if there is one} */
    @Override
    public String toString() {
        return name + ": " + state + (detail.isEmpty() ? "" : " (" + detail + ")");
    }
}
