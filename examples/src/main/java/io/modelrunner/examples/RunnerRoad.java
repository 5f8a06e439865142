package io.modelrunner.examples;

import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.adapter.Health;
import io.modelrunner.sdk.ModelRunner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A runner that is there already. */
final class RunnerRoad implements Road {
    private static final String MODEL_VARIABLE = "MODEL_RUNNER_MODEL";
    private static final Duration LOAD_LIMIT = Duration.ofMinutes(5);

    private final UnaryOperator<@Nullable String> environment;

    RunnerRoad(UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    @Override
    public String name() {
        return "model runner";
    }

    @Override
    public Optional<Partner> open(Arguments arguments, Notes notes, Cleanup cleanup) {
        String address = variable(ModelRunner.BASE_URL_VARIABLE).orElse(ModelRunner.DEFAULT_ADDRESS);
        ModelRunner runner = runnerAt(address);
        cleanup.add(runner::close);
        Health health = runner.health();
        if (health.status() == Health.Status.DOWN) {
            notes.notTaken(this, health.detail());
            return Optional.empty();
        }
        if (!health.isUp()) {
            notes.tell(name() + ": " + health.detail() + "; waiting for it");
            Readiness.await(runner, LOAD_LIMIT);
        }
        String found = health.speaks().orElse("a runner") + " answers at " + address;
        Choice choice = arguments
                .model()
                .or(() -> variable(MODEL_VARIABLE))
                .map(named -> new Choice(named, "as named"))
                .orElseGet(() -> among(runner.listModels(), found));
        notes.taken(this, found + "; model " + choice.model + ", " + choice.reason);
        return Optional.of(new Partner(runner, choice.model));
    }

    private static ModelRunner runnerAt(String address) {
        try {
            return ModelRunner.at(address);
        } catch (InvalidRequestException e) {
            throw new RequestRefusedException(
                    Failure.of(ModelRunner.BASE_URL_VARIABLE + " holds no address: " + e.what())
                            .cause(e)
                            .remedy("export " + ModelRunner.BASE_URL_VARIABLE + "=" + ModelRunner.DEFAULT_ADDRESS, "")
                            .build());
        }
    }

    private static Choice among(List<Model> models, String found) {
        if (models.isEmpty()) {
            throw new ModelNotFoundException(Failure.of(found + ", but has no model")
                    .remedy("docker model pull ai/smollm2", "")
                    .build());
        }
        String first = models.get(0).name().text();
        int count = models.size();
        return new Choice(first, count == 1 ? "the only one" : "the first of " + count + "; --model names another");
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.apply(name)).filter(value -> !value.isBlank());
    }

    private record Choice(String model, String reason) {}
}
