package io.modelrunner.fallback;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelName;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.chat.ChatRequest;
import java.util.HashMap;
import java.util.Map;

/** A request, and what each step is asked instead: changed once in a call, as a change need not do the same twice. */
final class Requests {
    private final ChatRequest original;
    private final Map<Integer, ChatRequest> changed = new HashMap<>();

    Requests(ChatRequest original) {
        this.original = requireNonNull(original, "request");
    }

    ChatRequest original() {
        return original;
    }

    ChatRequest of(Step step) {
        return changed.computeIfAbsent(step.number(), number -> step.changed(original));
    }

    /** {@return the model that a step is asked for; the original one, if the request could not be changed for it} */
    ModelName model(Step step) {
        return changed.getOrDefault(step.number(), original).model();
    }

    boolean isChangedFor(Step step) {
        return !of(step).equals(original);
    }

    /**
     * Refuses what a step can't carry.
     *
     * @throws UnsupportedOptionException naming what
     */
    void check(Step step) {
        of(step).checkCarriedBy(step.name(), step.adapter().capabilities());
    }

    boolean isCarriedBy(Step step) {
        try {
            check(step);
            return true;
        } catch (UnsupportedOptionException e) {
            return false;
        }
    }
}
