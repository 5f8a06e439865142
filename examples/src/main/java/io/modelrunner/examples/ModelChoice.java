package io.modelrunner.examples;

import io.modelrunner.Failure;
import io.modelrunner.Model;
import io.modelrunner.ModelNotFoundException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which model is asked, and why.
 *
 * @param model its name
 * @param reason why, for people
 */
record ModelChoice(String model, String reason) {
    private static final String VARIABLE = "MODEL_RUNNER_MODEL";

    /**
     * {@return the model of the arguments, else that of the environment, else that of the place, else the first there is}
     *
     * @param ofPlace the model that belongs to the place where the runner was found, if one does
     * @param models all there are
     * @param found what was found, for a failure
     */
    static ModelChoice of(
            Arguments arguments,
            UnaryOperator<@Nullable String> environment,
            Optional<String> ofPlace,
            Supplier<List<Model>> models,
            String found) {
        return arguments
                .model()
                .or(() -> Optional.ofNullable(environment.apply(VARIABLE)).filter(value -> !value.isBlank()))
                .or(() -> ofPlace)
                .map(named -> new ModelChoice(named, "as named"))
                .orElseGet(() -> among(models.get(), found));
    }

    private static ModelChoice among(List<Model> models, String found) {
        if (models.isEmpty()) {
            throw new ModelNotFoundException(Failure.of(found + ", but has no model")
                    .remedy("docker model pull ai/smollm2", "")
                    .build());
        }
        String first = models.get(0).name().text();
        int count = models.size();
        return new ModelChoice(
                first, count == 1 ? "the only one" : "the first of " + count + "; --model names another");
    }
}
