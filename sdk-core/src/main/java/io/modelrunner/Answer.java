package io.modelrunner;

import java.util.OptionalInt;

/**
 * What all answers of a model have, whatever it was asked for: a chat, a text completion, vectors or a ranking.
 *
 * <p>For those who count and watch calls; callers get the answer's own type. Not for others to implement: later versions may
 * add methods.
 */
public interface Answer {
    /** {@return the model as it was asked for} */
    ModelName model();

    /** {@return the {@code name()} of the adapter that answered} */
    String adapter();

    /** {@return the tries that led to this answer, the last of them the one that did; empty if the adapter keeps none} */
    AttemptTimeline timeline();

    /** {@return the tokens of what was asked, if the server counted them} */
    default OptionalInt promptTokens() {
        return OptionalInt.empty();
    }

    /** {@return the tokens of what the model wrote, if it writes and the server counted them} */
    default OptionalInt completionTokens() {
        return OptionalInt.empty();
    }
}
