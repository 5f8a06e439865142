package io.modelrunner.http;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.Diagnosis;
import io.modelrunner.discovery.Diagnosis.Lookup;
import io.modelrunner.discovery.Diagnosis.Outcome;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.EndpointLocator.Stage;
import io.modelrunner.discovery.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One search for a runner, from the first locator to the choice.
 *
 * <p>Each locator looks on a thread of its own, and this one waits for them no longer than the limit: for those who name a place
 * one after the other, then for the usual places side by side, then for those that take time. Used once.
 */
final class Search implements AutoCloseable {
    /** The part of the limit after which those who name a place, or are usual ones, must leave time for the next. */
    private static final double MOST_FOR_NAMING = 0.4;

    private static final double MOST_FOR_NAMED = 0.6;
    private static final double MOST_FOR_USUAL = 0.9;
    private static final double MOST_FOR_USUAL_BEFORE_LAST = 0.6;

    private final Plan plan;
    private final Surroundings surroundings;
    private final Prober prober;
    private final long begin = System.nanoTime();
    private final long limit;
    private final long grace;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<EndpointLocator, Look> looks = new LinkedHashMap<>();
    private final List<Look> lookalikes = new ArrayList<>();

    /**
     * Where to look.
     *
     * @param locators those of each stage in the order in which their word counts
     * @param lookalikes never taken, but told of
     */
    record Plan(List<EndpointLocator> locators, List<Candidate> lookalikes) {
        List<EndpointLocator> of(Stage stage) {
            return locators.stream().filter(locator -> locator.stage() == stage).toList();
        }
    }

    /**
     * Where the runner is.
     *
     * @param place its place
     * @param named whether somebody said so, and nobody has looked
     * @param dialect what was found to be spoken there, null if nobody has looked
     */
    record Found(Candidate place, boolean named, @Nullable Dialect dialect) {}

    /**
     * How long is waited for whom.
     *
     * @param whole what a search takes at most
     * @param advice the same where a request that failed already waits for the advice that goes with it
     * @param grace how long the usual places of higher rank are waited for once one has answered
     */
    record Patience(Duration whole, Duration advice, Duration grace) {
        /** A promise of 2.5 s leaves room for a process that has just begun. */
        static final Patience USUAL =
                new Patience(Duration.ofMillis(2_200), Duration.ofMillis(500), Duration.ofMillis(150));

        Patience forAdvice() {
            return new Patience(advice, advice, grace);
        }
    }

    /** @param prober asks the places, and is closed with this */
    Search(Plan plan, Surroundings surroundings, Prober prober, Patience patience) {
        this.plan = plan;
        this.surroundings = surroundings;
        this.prober = prober;
        this.limit = patience.whole().toNanos();
        this.grace = patience.grace().toNanos();
    }

    /**
     * {@return where the runner is; null if it is nowhere} Whoever is named is taken without being asked.
     *
     * @throws InvalidRequestException if somebody named what is no place
     */
    @Nullable
    Found find() throws InterruptedException {
        Look word = whoNamesOne();
        if (word != null) {
            Candidate named = word.found();
            if (named == null) {
                throw refusal(word);
            }
            return new Found(named, true, null);
        }
        Look chosen = usual();
        Candidate place = chosen == null ? null : chosen.found();
        Prober.Answer answer = chosen == null ? null : chosen.answer();
        return place == null || answer == null ? null : new Found(place, false, answer.dialect());
    }

    private static InvalidRequestException refusal(Look word) {
        InvalidRequestException e = word.refusal();
        if (e == null) {
            throw new IllegalStateException("a word without a place or a fault");
        }
        // A new one: the other has the stack of a thread that nobody knows.
        return new InvalidRequestException(e.field(), e.bound(), e.value());
    }

    /** {@return what was found where; of a runner that is named too} */
    Diagnosis diagnose() throws InterruptedException {
        Look word = whoNamesOne();
        Look chosen = word == null ? null : ask(word);
        beginLookalikes(word);
        if (chosen == null) {
            Look other = usual();
            chosen = word == null ? other : null;
        }
        await(() -> isOver(looks.values()) && isOver(lookalikes), end(1));
        return diagnosis(word, chosen);
    }

    /** {@return what a search that found nothing has seen; asks the unusual places too} */
    Diagnosis inVain() throws InterruptedException {
        beginLookalikes(null);
        await(() -> isOver(lookalikes), end(1));
        return diagnosis(null, null);
    }

    /** {@return the first who names a place, or something that is none} */
    private @Nullable Look whoNamesOne() throws InterruptedException {
        for (EndpointLocator locator : plan.of(Stage.NAMED)) {
            Look look = begin(locator, null);
            looks.put(locator, look);
            await(look::isOver, end(MOST_FOR_NAMING));
            if (look.found() != null || look.refusal() != null) {
                return look;
            }
        }
        return null;
    }

    /** {@return the look at the place that is named, if a runner answers there} */
    private @Nullable Look ask(Look word) throws InterruptedException {
        Candidate named = word.found();
        if (named == null) {
            return null;
        }
        Look look = begin(new Fixed(named, Stage.NAMED), prober);
        looks.put(word.locator(), look);
        await(look::isOver, end(MOST_FOR_NAMED));
        return look.found() == null ? null : look;
    }

    /** {@return the look that found a runner where one usually is, else that of those who take time; null if none did} */
    private @Nullable Look usual() throws InterruptedException {
        List<EndpointLocator> last = plan.of(Stage.LAST);
        Look first = first(plan.of(Stage.USUAL), end(last.isEmpty() ? MOST_FOR_USUAL : MOST_FOR_USUAL_BEFORE_LAST));
        return first == null ? first(last, end(MOST_FOR_USUAL)) : first;
    }

    private @Nullable Look first(List<EndpointLocator> locators, long end) throws InterruptedException {
        List<Look> begun = new ArrayList<>();
        for (EndpointLocator locator : locators) {
            Look look = begin(locator, prober);
            looks.put(locator, look);
            begun.add(look);
        }
        await(() -> isAnyFound(begun) || isOver(begun), end);
        await(() -> isDecided(begun), Math.min(end, System.nanoTime() + grace));
        return begun.stream().filter(look -> look.found() != null).findFirst().orElse(null);
    }

    private static boolean isAnyFound(List<Look> begun) {
        return begun.stream().anyMatch(look -> look.found() != null);
    }

    /** Nobody of a higher rank than the first who found one may still find one. */
    private static boolean isDecided(List<Look> begun) {
        for (Look look : begun) {
            if (look.found() != null) {
                return true;
            }
            if (!look.isOver()) {
                return false;
            }
        }
        return true;
    }

    /** Looks at the unusual places, but for one that somebody named. */
    private void beginLookalikes(@Nullable Look word) {
        Candidate named = word == null ? null : word.found();
        for (Candidate place : plan.lookalikes()) {
            if (named == null
                    || !named.endpoint().management().equals(place.endpoint().management())) {
                lookalikes.add(begin(new Fixed(place, Stage.USUAL), prober));
            }
        }
    }

    private static boolean isOver(Collection<Look> begun) {
        return begun.stream().allMatch(Look::isOver);
    }

    private Look begin(EndpointLocator locator, @Nullable Prober asked) {
        return Look.begin(locator, surroundings, asked, this::changed);
    }

    private void changed() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void await(BooleanSupplier condition, long end) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = end - System.nanoTime();
            while (left > 0 && !condition.getAsBoolean()) {
                changed.awaitNanos(left);
                left = end - System.nanoTime();
            }
        } finally {
            lock.unlock();
        }
    }

    private long end(double part) {
        return begin + (long) (limit * part);
    }

    private Diagnosis diagnosis(@Nullable Look word, @Nullable Look chosen) {
        List<Lookup> lookups = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            for (EndpointLocator locator : plan.of(stage)) {
                Look look = looks.get(locator);
                if (look == null) {
                    lookups.add(new Lookup(locator.name(), "", Outcome.SKIPPED, "", Duration.ZERO));
                } else {
                    look.lookups().forEach(lookup -> lookups.add(look == chosen ? lookup : notTaken(lookup)));
                }
            }
        }
        lookalikes.forEach(look -> look.lookups().forEach(lookup -> lookups.add(notTaken(lookup))));
        return new Verdict(lookups, word, chosen, surroundings).diagnosis();
    }

    private static Lookup notTaken(Lookup lookup) {
        return lookup.outcome() == Outcome.RUNNER
                ? new Lookup(lookup.source(), lookup.place(), Outcome.LOOKALIKE, lookup.detail(), lookup.took())
                : lookup;
    }

    /** Ends all that is still under way. */
    @Override
    public void close() {
        prober.close();
        looks.values().forEach(Look::cancel);
        lookalikes.forEach(Look::cancel);
    }

    /** A place that is known already, as a locator. */
    private record Fixed(Candidate place, Stage stage) implements EndpointLocator {
        @Override
        public String name() {
            return place.source();
        }

        @Override
        public List<Candidate> locate(Surroundings surroundings) {
            return List.of(place);
        }
    }
}
