package io.modelrunner.fallback;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Attempt;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.ModelName;
import io.modelrunner.adapter.FallbackEvent;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.store.PullPolicy;
import io.modelrunner.store.PullsModels;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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

    FallbackEvent.Place place() {
        return new FallbackEvent.Place(number, name());
    }

    /**
     * {@return the tries of this step, named as such}
     *
     * @param model what it was asked for, where a try does not say so; null if it was not for a model
     */
    AttemptTimeline timeline(AttemptTimeline kept, @Nullable ModelName model) {
        return new AttemptTimeline(
                kept.attempts().stream().map(attempt -> named(attempt, model)).toList());
    }

    private Attempt named(Attempt attempt, @Nullable ModelName model) {
        String number = this.number + (attempt.step().isEmpty() ? "" : "." + attempt.step());
        return attempt.toBuilder()
                .step(number)
                .model(attempt.model().orElse(model))
                .build();
    }
}
