package io.modelrunner.fallback;

import io.modelrunner.Attempt;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.ModelUnavailableException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.adapter.FallbackEvent;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.fallback.Circuit.Permit;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The way of one call along the steps of a chain, and what it met there. */
final class Passage {
    private static final Logger LOGGER = System.getLogger("io.modelrunner");

    private final Fallback chain;
    private final InstantSource clock;

    /** What each step that was reached has failed with so far, by its number. */
    private final NavigableMap<Integer, ModelRunnerException> failures = new TreeMap<>();

    private AttemptTimeline timeline = AttemptTimeline.empty();
    private @Nullable Step left;

    Passage(Fallback chain, InstantSource clock) {
        this.chain = chain;
        this.clock = clock;
    }

    /**
     * {@return what the first step gives that has something to give} Those that were down are asked last: before a call fails, each step
     * was asked.
     *
     * @param check throws if a step can't carry the request; nothing is sent
     * @param call asks a step
     * @throws ModelRunnerException if none has
     */
    <T> T first(Consumer<Step> check, Function<Step, T> call) {
        List<Step> skipped = new ArrayList<>();
        for (Step step : chain.steps()) {
            if (isRefused(step, check)) {
                continue;
            }
            Optional<Permit> permit = step.circuit().permit();
            if (permit.isEmpty()) {
                step.circuit().whySkipped().ifPresent(why -> leave(step, why, Level.DEBUG));
                skipped.add(step);
                continue;
            }
            Optional<T> given = ask(step, permit.get(), call);
            if (given.isPresent()) {
                return given.get();
            }
        }
        for (Step step : skipped) {
            Optional<T> given = isRefused(step, check)
                    ? Optional.empty()
                    : ask(step, step.circuit().insist(), call);
            if (given.isPresent()) {
                return given.get();
            }
        }
        throw failed();
    }

    /** {@return whether a step is not to be asked at all} */
    private boolean isRefused(Step step, Consumer<Step> check) {
        Optional<ModelRunnerException> missing = failures.values().stream()
                .filter(ModelNotFoundException.class::isInstance)
                .findFirst();
        if (missing.isPresent() && step.pulls()) {
            ModelRunnerException notFound = missing.get();
            String what = "not asked, as it would pull what was not found: " + notFound.what();
            Failure facts = notFound.failure().toBuilder(what)
                    .timeline(AttemptTimeline.empty())
                    .build();
            leave(step, notFound.with(facts), Level.WARNING);
            return true;
        }
        try {
            check.accept(step);
            return false;
        } catch (UnsupportedOptionException e) {
            leave(step, e, Level.DEBUG);
            return true;
        }
    }

    private <T> Optional<T> ask(Step step, Permit permit, Function<Step, T> call) {
        Instant started = clock.instant();
        boolean decided = false;
        try {
            tell(step);
            T given = call.apply(step);
            decided = true;
            permit.answered();
            return Optional.of(given);
        } catch (ModelRunnerException e) {
            decided = true;
            permit.failed(e);
            leave(step, e, started);
            if (!e.elsewhere() || e instanceof CancelledException) {
                throw ended(e);
            }
            return Optional.empty();
        } finally {
            if (!decided) {
                permit.undecided();
            }
        }
    }

    private void tell(Step step) {
        Step from = left;
        if (from != null) {
            ModelRunnerException cause = failures.get(from.number());
            if (cause != null) {
                chain.listener().onFallback(new FallbackEvent(from.name(), step.name(), step.number(), cause));
            }
        }
    }

    /** Takes note of a step that was not asked. */
    private void leave(Step step, ModelRunnerException why, Level level) {
        leave(step, why, attempt(step, clock.instant(), why), level);
    }

    /** Takes note of a step that was asked in vain. */
    private void leave(Step step, ModelRunnerException failure, Instant started) {
        leave(step, failure, attempt(step, started, failure), failure.elsewhere() ? Level.WARNING : Level.DEBUG);
    }

    private void leave(Step step, ModelRunnerException why, Attempt only, Level level) {
        left = step;
        failures.put(step.number(), why);
        timeline = timeline.plus(step.timeline(why.timeline(), only));
        LOGGER.log(level, () -> "left step " + step.number() + " (" + step.name() + "): " + why.what());
    }

    private Attempt attempt(Step step, Instant started, ModelRunnerException failure) {
        return attempt(step, failure.endpoint().orElse(""), started, failure.what());
    }

    /** {@return a try of an adapter that keeps none} */
    private Attempt attempt(Step step, String endpoint, Instant started, String outcome) {
        return Attempt.builder(step.name(), endpoint, started, outcome)
                .took(Duration.between(started, clock.instant()))
                .build();
    }

    /** {@return the answer of a step, with the tries of the whole chain} */
    ChatResponse answered(Step step, ChatResponse response, Instant started) {
        AttemptTimeline whole =
                timeline.plus(step.timeline(response.timeline(), attempt(step, "", started, "answered")));
        return response.toBuilder().timeline(whole).build();
    }

    /** {@return the failure of a step that had begun to answer, so that nobody else can be asked} */
    ModelRunnerException brokenOff(Step step, ModelRunnerException failure, Instant started) {
        leave(step, failure, started);
        return ended(failure);
    }

    /** {@return a failure that ends the chain at once, with what was met before} */
    private ModelRunnerException ended(ModelRunnerException failure) {
        return of(failure, List.copyOf(failures.values()), failure.what());
    }

    private ModelRunnerException failed() {
        List<ModelRunnerException> causes = List.copyOf(failures.values());
        ModelRunnerException decisive =
                causes.stream().max(Comparator.comparingInt(Passage::depth)).orElseThrow();
        for (ModelRunnerException cause : causes) { // of equals the first
            if (depth(cause) == depth(decisive)) {
                decisive = cause;
                break;
            }
        }
        return of(decisive, causes, causes.size() == 1 ? decisive.what() : everything());
    }

    /** {@return how far a step came: the failure of the one that came farthest is what the chain failed with} */
    private static int depth(ModelRunnerException failure) {
        if (failure instanceof UnsupportedOptionException) {
            return 0;
        }
        boolean unconnected = failure instanceof TimedOutException late && late.phase() == Phase.CONNECT;
        if (failure instanceof RunnerUnreachableException || unconnected) {
            return 1;
        }
        return failure instanceof ModelUnavailableException ? 2 : 3;
    }

    private String everything() {
        String each = failures.entrySet().stream()
                .map(failure -> chain.steps().get(failure.getKey() - 1).name() + ": "
                        + failure.getValue().what())
                .collect(Collectors.joining("; "));
        return "none of " + failures.size() + " steps answered: " + each;
    }

    private ModelRunnerException of(ModelRunnerException decisive, List<ModelRunnerException> causes, String what) {
        var facts = decisive.failure().toBuilder(what)
                .adapter(chain.name())
                .cause(decisive)
                .causes(causes)
                .timeline(timeline);
        causes.stream()
                .flatMap(cause -> cause.remedies().stream())
                .distinct()
                .filter(remedy -> !decisive.remedies().contains(remedy))
                .forEach(remedy -> facts.remedy(remedy.command(), remedy.when()));
        ModelRunnerException failure = decisive.with(facts.build());
        causes.stream().filter(cause -> !cause.equals(decisive)).forEach(failure::addSuppressed);
        return failure;
    }
}
