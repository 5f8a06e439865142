package io.modelrunner.fallback;

import io.modelrunner.Attempt;
import io.modelrunner.Attempt.Result;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.ModelUnavailableException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.adapter.FallbackEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.fallback.Circuit.Permit;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The way of one call along the steps of a chain, and what it met there. */
final class Passage {
    private static final Logger LOGGER = System.getLogger("io.modelrunner");

    private static final int MOST_IN_A_MESSAGE = 4;

    private final Fallback chain;
    private final InstantSource clock;
    private final @Nullable Requests requests;

    /** What each step that was reached has failed with so far, by its number. */
    private final NavigableMap<Integer, ModelRunnerException> failures = new TreeMap<>();

    private AttemptTimeline timeline = AttemptTimeline.empty();

    /** The steps that were left and of which nobody was told yet: who goes on is known only with the next that is asked. */
    private final List<Left> untold = new ArrayList<>();

    /** When the step was asked that is asked now. */
    private Instant started = Instant.MIN;

    private @Nullable Duration firstToken;

    /** @param requests what is asked; null if it is not a model that is asked */
    Passage(Fallback chain, InstantSource clock, @Nullable Requests requests) {
        this.chain = chain;
        this.clock = clock;
        this.requests = requests;
    }

    private record Left(Step step, ModelRunnerException why, Level level) {}

    /**
     * {@return what the first step gives that has something to give} Those that were down are asked last: before a call fails, each step
     * was asked.
     *
     * @param steps whom to ask, in order
     * @param check throws if a step can't carry the request; nothing is sent
     * @param call asks a step
     * @throws ModelRunnerException if none has
     */
    <T> T first(List<Step> steps, Consumer<Step> check, Function<Step, T> call) {
        List<Step> skipped = new ArrayList<>();
        for (Step step : steps) {
            if (isRefused(step, check)) {
                continue;
            }
            Optional<Permit> permit = step.circuit().permit();
            if (permit.isEmpty()) {
                step.circuit().whySkipped().ifPresent(why -> leave(step, why, Result.SKIPPED, Level.DEBUG));
                skipped.add(step);
                continue;
            }
            Optional<T> given = ask(step, permit.get(), call);
            if (given.isPresent()) {
                return given.get();
            }
        }
        untold.removeIf(left -> skipped.contains(left.step())); // as they are asked after all
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

    /**
     * Refuses at once what no step can carry.
     *
     * @throws UnsupportedOptionException if so
     */
    void check(Requests asked) {
        if (chain.steps().stream().noneMatch(asked::isCarriedBy)) {
            chain.steps().forEach(step -> isRefused(step, asked::check));
            throw failed();
        }
    }

    /** {@return whether a step is not to be asked at all} */
    private boolean isRefused(Step step, Consumer<Step> check) {
        Optional<ModelRunnerException> missing = failures.values().stream()
                .flatMap(Passage::withCauses)
                .filter(ModelNotFoundException.class::isInstance)
                .findFirst();
        if (missing.isPresent() && step.pulls()) {
            ModelRunnerException notFound = missing.get();
            String what = "not asked, as it would pull what was not found: " + notFound.what();
            Failure.Builder why = notFound.failure().toBuilder(what).adapter(step.name());
            why.endpoint(null).cause(null).causes(List.of()).timeline(AttemptTimeline.empty());
            leave(step, notFound.with(why.build()), Result.REFUSED, Level.WARNING);
            return true;
        }
        try {
            check.accept(step);
            return false;
        } catch (UnsupportedOptionException e) {
            leave(step, e, Result.REFUSED, Level.DEBUG);
            return true;
        }
    }

    /** {@return a failure, and those of the steps of a chain that is a step itself} */
    private static Stream<ModelRunnerException> withCauses(ModelRunnerException failure) {
        return Stream.concat(Stream.of(failure), failure.causes().stream().flatMap(Passage::withCauses));
    }

    private <T> Optional<T> ask(Step step, Permit permit, Function<Step, T> call) {
        boolean decided = false;
        try {
            tell(step);
            started = clock.instant();
            T given = call.apply(step);
            decided = true;
            permit.answered();
            return Optional.of(given);
        } catch (ModelRunnerException e) {
            decided = true;
            permit.failed(e);
            leave(step, e);
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
        // Where nobody else is left, the failure is thrown, and whoever catches it logs it.
        for (Left left : untold) {
            ChatRequest request = requests == null ? null : requests.original();
            FallbackEvent event = new FallbackEvent(left.step().place(), step.place(), request, left.why());
            LOGGER.log(left.level(), event::toString);
            chain.listener().onFallback(event);
        }
        untold.clear();
    }

    /** Takes note of a step that was not asked. */
    private void leave(Step step, ModelRunnerException why, Result result, Level level) {
        Attempt.Builder seen = attempt(step, why, clock.instant()).result(result);
        leave(step, why, timelineOf(step, AttemptTimeline.empty().plus(seen.build())), level);
    }

    /** Takes note of a step that was asked in vain. */
    private void leave(Step step, ModelRunnerException failure) {
        Attempt.Builder seen = attempt(step, failure, started);
        Level level = failure.elsewhere() ? Level.WARNING : Level.DEBUG;
        leave(step, failure, tries(step, failure.timeline(), seen), level);
    }

    private static Attempt.Builder attempt(Step step, ModelRunnerException failure, Instant begin) {
        return Attempt.builder(step.name(), failure.endpoint().orElse(""), begin, failure.what());
    }

    /** {@return the tries of a step as it keeps them; if it keeps none, what is seen of them from here} */
    private AttemptTimeline tries(Step step, AttemptTimeline kept, Attempt.Builder seen) {
        if (!kept.attempts().isEmpty()) {
            return timelineOf(step, kept);
        }
        seen.firstToken(firstToken).took(sinceStarted());
        return timelineOf(step, AttemptTimeline.empty().plus(seen.build()));
    }

    private AttemptTimeline timelineOf(Step step, AttemptTimeline kept) {
        return step.timeline(kept, requests == null ? null : requests.model(step));
    }

    private Duration sinceStarted() {
        Duration time = Duration.between(started, clock.instant());
        return time.isNegative() ? Duration.ZERO : time;
    }

    /** Takes note that the first event of an answer is there. */
    void sawFirstToken() {
        firstToken = sinceStarted();
    }

    private void leave(Step step, ModelRunnerException why, AttemptTimeline attempts, Level level) {
        failures.put(step.number(), why);
        timeline = timeline.plus(attempts);
        untold.add(new Left(step, why, level));
    }

    /**
     * {@return the answer of a step, with the tries of the whole chain}
     *
     * @param changed whether the step was asked something else than the chain
     */
    ChatResponse answered(Step step, ChatResponse response, boolean changed) {
        Attempt.Builder seen = Attempt.builder(step.name(), "", started, "answered");
        AttemptTimeline whole = timeline.plus(tries(step, response.timeline(), seen));
        ChatResponse.Builder told = response.toBuilder().timeline(whole);
        if (changed) {
            told.warning("step " + step.number() + " of the chain answers a request that it has changed");
        }
        return told.build();
    }

    /** {@return the failure of a step that had begun to answer, so that nobody else can be asked} */
    ModelRunnerException brokenOff(Step step, ModelRunnerException failure) {
        leave(step, failure);
        return ended(failure);
    }

    /** {@return a failure that ends the chain at once, with what was met before} */
    private ModelRunnerException ended(ModelRunnerException failure) {
        return of(failure, List.copyOf(failures.values()), failure.what());
    }

    private ModelRunnerException failed() {
        Map.Entry<Integer, ModelRunnerException> farthest = failures.entrySet().stream()
                .reduce((first, later) -> depth(later.getValue()) > depth(first.getValue()) ? later : first)
                .orElseThrow();
        String what = farthest.getValue().what() + others(farthest.getKey());
        return of(farthest.getValue(), List.copyOf(failures.values()), what);
    }

    /** {@return how far a step came: the failure of the one that came farthest is what the chain failed with} */
    private static int depth(ModelRunnerException failure) {
        if (failure instanceof UnsupportedOptionException) {
            return 0;
        }
        boolean unsent = failure instanceof TimedOutException late
                && (late.phase() == Phase.CONNECT || late.phase() == Phase.QUEUE);
        if (failure instanceof RunnerUnreachableException || unsent) {
            return 1;
        }
        if (failure instanceof RequestRefusedException) {
            return 2; // by what is in the way of this road alone, as the chain went on
        }
        return failure instanceof ModelUnavailableException ? 3 : 4;
    }

    /** {@return what the steps but one said, to stand behind its sentence} */
    private String others(Integer farthest) {
        List<String> others = failures.entrySet().stream()
                .filter(failure -> !failure.getKey().equals(farthest))
                .map(failure -> chain.steps().get(failure.getKey() - 1).name() + ": "
                        + failure.getValue().what())
                .toList();
        if (others.isEmpty()) {
            return "";
        }
        String first = others.stream().limit(MOST_IN_A_MESSAGE).collect(Collectors.joining("; "));
        int more = others.size() - MOST_IN_A_MESSAGE;
        return "; nor did " + (others.size() == 1 ? "another step" : others.size() + " other steps") + " answer: "
                + first + (more > 0 ? "; and " + more + " more" : "");
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
