package io.modelrunner.http;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.Remedy;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.Diagnosis;
import io.modelrunner.discovery.RunnerNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the runner when it is first needed, and again when nothing answers where it was.
 *
 * <p>However many threads want to know, there is one search at a time, on a thread of its own. A place keeps its connections
 * while another is taken, so that calls under way there go on, and so that it has them when it is found again.
 */
final class FoundSites implements Sites {
    private final HttpAdapter adapter;
    private final RunnerFinder finder;
    private final Wires wires;
    private final Map<Place, Taken> known = new ConcurrentHashMap<>();

    /** Where the runner is, as far as is known; written under the lock of this. */
    private volatile @Nullable Taken now;

    // Guarded by this.
    private @Nullable CompletableFuture<Outcome> running;
    private @Nullable Thread searching;
    private boolean closed;

    FoundSites(HttpAdapter adapter, RunnerFinder finder, Wires wires) {
        this.adapter = adapter;
        this.finder = finder;
        this.wires = wires;
    }

    /** What is the same place: also the same people are trusted there, whose file may have changed. */
    private record Place(Candidate candidate, @Nullable FileTime caFileTime) {}

    /** A site, and whether somebody named it. */
    private record Taken(Site site, boolean named) {}

    /** What came of a search: a site, or what was seen instead, or why what somebody named is no place. */
    private record Outcome(
            @Nullable Site site,
            @Nullable Diagnosis diagnosis,
            @Nullable InvalidRequestException refusal) {}

    @Override
    public Site current(Attempts attempts) {
        Taken taken = now;
        if (taken != null) {
            return taken.site();
        }
        Outcome outcome = attempts.await(search());
        if (outcome.site() != null) {
            return outcome.site();
        }
        InvalidRequestException refusal = outcome.refusal();
        if (refusal != null) {
            // A new one: the other has the stack of a thread that nobody knows, and may be thrown to several.
            throw new InvalidRequestException(refusal.field(), refusal.bound(), refusal.value());
        }
        Failure.Builder facts =
                Failure.of("no model runner was found").adapter(adapter.name()).timeline(attempts.ended());
        throw notFound(facts, Objects.requireNonNull(outcome.diagnosis()));
    }

    private static RunnerNotFoundException notFound(Failure.Builder facts, Diagnosis diagnosis) {
        diagnosis.remedies().forEach(remedy -> facts.remedy(remedy.command(), remedy.when()));
        return new RunnerNotFoundException(facts.build(), diagnosis);
    }

    /** {@return the search that is under way, begun if there was none} */
    private synchronized CompletableFuture<Outcome> search() {
        Taken taken = now;
        if (taken != null) {
            return CompletableFuture.completedFuture(new Outcome(taken.site(), null, null));
        }
        CompletableFuture<Outcome> outcome = running;
        if (outcome == null) {
            CompletableFuture<Outcome> begun = new CompletableFuture<>();
            outcome = begun;
            running = begun;
            searching = new Thread(null, () -> search(begun), "model-runner-search", 0, false);
            searching.setDaemon(true);
            if (closed) {
                begun.cancel(false);
            } else {
                searching.start();
            }
        }
        return outcome;
    }

    private void search(CompletableFuture<Outcome> outcome) {
        try (Search search = finder.search(new HttpProber(wires, false))) {
            Search.Found found = search.find();
            Outcome result = found == null
                    ? new Outcome(null, search.inVain(), null)
                    : new Outcome(taken(found).site(), null, null);
            ended();
            outcome.complete(result);
        } catch (InvalidRequestException e) {
            ended();
            outcome.complete(new Outcome(null, null, e));
        } catch (InterruptedException e) {
            outcome.cancel(false); // only the end of the adapter interrupts this thread
        } catch (RuntimeException | Error e) {
            ended();
            outcome.completeExceptionally(e);
        }
    }

    private synchronized void ended() {
        running = null;
        searching = null;
    }

    private synchronized Taken taken(Search.Found found) {
        Candidate place = found.place();
        Taken taken = known.computeIfAbsent(
                new Place(place, caFileTime(place)),
                key -> new Taken(new Site(adapter, place, wires.to(place)), found.named()));
        taken.site().speaks(found.dialect());
        if (closed) {
            taken.site().close();
        }
        now = taken;
        return taken;
    }

    private static @Nullable FileTime caFileTime(Candidate place) {
        try {
            return place.trust().caFile().isEmpty()
                    ? null
                    : Files.getLastModifiedTime(place.trust().caFile().get());
        } catch (IOException e) {
            return null;
        }
    }

    /** {@return whether it may be somewhere else now: somewhere else than where somebody named, it is never} */
    @Override
    public synchronized boolean lost(Site site) {
        Taken taken = now;
        if (taken != null && taken.site() == site) {
            now = null;
        }
        return !isNamed(site);
    }

    private boolean isNamed(Site site) {
        return known.values().stream().anyMatch(taken -> taken.site() == site && taken.named());
    }

    @Override
    public ModelRunnerException explained(ModelRunnerException failure, Site site) {
        if (!isNamed(site) || !(failure instanceof RunnerUnreachableException)) {
            return failure;
        }
        Diagnosis seen;
        try {
            seen = finder.advice(wires);
        } catch (CancelledException e) {
            return failure;
        }
        if (seen.isFound()) {
            return failure; // it answers again, or answers some and not others
        }
        List<Remedy> remedies = Stream.concat(seen.remedies().stream(), failure.remedies().stream())
                .distinct()
                .toList();
        Failure.Builder facts = Failure.of(failure.what())
                .adapter(adapter.name())
                .endpoint(site.toString())
                .model(failure.model().orElse(null))
                .status(failure.status().orElse(0))
                .cause(failure.getCause())
                .timeline(failure.timeline());
        return notFound(facts, new Diagnosis(seen.lookups(), seen.chosen(), seen.reason(), remedies));
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (searching != null) {
            searching.interrupt();
        }
        if (running != null) {
            running.cancel(false);
        }
        known.values().forEach(taken -> taken.site().close());
    }

    @Override
    public String toString() {
        Taken taken = now;
        if (taken != null) {
            return taken.site().toString();
        }
        RunnerEndpoint given = finder.endpoint();
        return given == null ? "a model runner that is yet to be found" : given.toString();
    }
}
