package io.modelrunner.examples;

import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.adapter.Health;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.http.RunnerFinder;
import io.modelrunner.sdk.ModelRunner;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A runner that is there already. */
final class RunnerRoad implements Road {
    private static final Duration LOAD_LIMIT = Duration.ofMinutes(5);

    private final RunnerFinder finder;
    private final UnaryOperator<@Nullable String> environment;

    RunnerRoad(RunnerFinder finder, UnaryOperator<@Nullable String> environment) {
        this.finder = finder;
        this.environment = environment;
    }

    @Override
    public String name() {
        return "model runner";
    }

    @Override
    public Optional<Partner> open(Arguments arguments, Notes notes, Cleanup cleanup) {
        HttpAdapter adapter = HttpAdapter.builder(finder).build();
        cleanup.add(adapter::close);
        Candidate place;
        try {
            place = adapter.place();
        } catch (RunnerUnreachableException e) {
            notes.notTaken(this, e.what() + "; --diagnose shows where it was looked for");
            return Optional.empty();
        } catch (InvalidRequestException e) {
            throw unfit(e);
        }
        return open(ModelRunner.builder().adapter(adapter).build(), place, arguments, notes);
    }

    private Optional<Partner> open(ModelRunner runner, Candidate place, Arguments arguments, Notes notes) {
        Health health = runner.health();
        if (health.status() == Health.Status.DOWN) {
            notes.notTaken(this, health.detail());
            return Optional.empty();
        }
        if (!health.isUp()) {
            notes.tell(name() + ": " + health.detail() + "; waiting for it");
            Readiness.await(runner, LOAD_LIMIT);
        }
        String found = health.speaks().orElse("a runner") + " answers at " + place.endpoint();
        Optional<String> ofPlace = place.model().map(ModelName::text);
        ModelChoice choice = ModelChoice.of(arguments, environment, ofPlace, runner::listModels, found);
        notes.taken(this, found + "; model " + choice.model() + ", " + choice.reason());
        return Optional.of(new Partner(runner, choice.model()));
    }

    private static RequestRefusedException unfit(InvalidRequestException e) {
        Failure.Builder facts = Failure.of(e.what()).cause(e);
        return new RequestRefusedException(facts.remedy("unset " + e.field(), "the runner is to be looked for")
                .build());
    }
}
