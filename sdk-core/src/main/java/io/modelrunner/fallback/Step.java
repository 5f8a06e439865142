package io.modelrunner.fallback;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Attempt;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.store.PullPolicy;
import io.modelrunner.store.PullsModels;
import java.util.function.UnaryOperator;

/**
 * A step of a chain.
 *
 * @param number its place, from 1
 * @param adapter whom it asks
 * @param change what it makes of a request before
 * @param circuit what is known of it
 */
record Step(int number, LLMAdapter adapter, UnaryOperator<ChatRequest> change, Circuit circuit) {
    String name() {
        return adapter.name();
    }

    ChatRequest changed(ChatRequest request) {
        return requireNonNull(change.apply(request), "changed request");
    }

    /** {@return whether it pulls what is missing} */
    boolean pulls() {
        return pullPolicy() != PullPolicy.NEVER;
    }

    PullPolicy pullPolicy() {
        return adapter.power(PullsModels.class).map(PullsModels::pullPolicy).orElse(PullPolicy.NEVER);
    }

    /** {@return the tries of this step, named as such} */
    AttemptTimeline timeline(AttemptTimeline kept) {
        return new AttemptTimeline(kept.attempts().stream().map(this::named).toList());
    }

    private Attempt named(Attempt attempt) {
        String number = this.number + (attempt.step().isEmpty() ? "" : "." + attempt.step());
        return attempt.toBuilder().step(number).build();
    }
}
