package io.modelrunner.examples;

import io.modelrunner.Failure;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.adapter.Health;
import io.modelrunner.cli.CliAdapter;
import io.modelrunner.sdk.ModelRunner;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A runner over the command {@code docker model}; taken only if asked for. */
final class CliRoad implements Road {
    private final Supplier<CliAdapter> command;
    private final UnaryOperator<@Nullable String> environment;

    CliRoad(Supplier<CliAdapter> command, UnaryOperator<@Nullable String> environment) {
        this.command = command;
        this.environment = environment;
    }

    @Override
    public String name() {
        return "docker model";
    }

    @Override
    public Optional<Partner> open(Arguments arguments, Notes notes, Cleanup cleanup) {
        CliAdapter adapter = command.get();
        cleanup.add(adapter::close);
        ModelRunner runner = ModelRunner.builder().adapter(adapter).build();
        Health health = runner.health();
        if (!health.isUp()) {
            Failure.Builder facts = Failure.of(health.detail());
            health.remedies().forEach(remedy -> facts.remedy(remedy.command(), remedy.when()));
            throw new RunnerUnreachableException(facts.build());
        }
        ModelChoice choice =
                ModelChoice.of(arguments, environment, Optional.empty(), runner::listModels, health.detail());
        notes.taken(this, health.detail() + "; model " + choice.model() + ", " + choice.reason());
        return Optional.of(new Partner(runner, choice.model()));
    }
}
