package io.modelrunner;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/**
 * Something the user can do about a failure.
 *
 * @param command what to type or to change, such as {@code docker model pull ai/smollm2}
 * @param when when this helps, as a clause: {@code "the model has not been pulled yet"}
 */
public record Remedy(String command, String when) implements Serializable {
    /**
     * Checks that neither part is null.
     *
     * @param command what to type or to change
     * @param when when this helps; may be empty
     * @throws NullPointerException if a part is null
     */
    public Remedy {
        requireNonNull(command, "command");
        requireNonNull(when, "when");
    }

    /** {@return the command, and behind it when it helps} */
    @Override
    public String toString() {
        return when.isEmpty() ? command : command + "   (" + when + ")";
    }
}
