package io.modelrunner.http;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.Diagnosis.Lookup;
import io.modelrunner.discovery.Diagnosis.Outcome;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One locator at work: asks it for places, and these for a runner, one after the other until one answers.
 *
 * <p>A thread of its own does that. It may be stuck in the system when the search is over, say in looking up a name; nobody
 * waits for it then, and what it finds later is of no interest.
 */
final class Look implements Runnable {
    private final EndpointLocator locator;
    private final Surroundings surroundings;
    private final @Nullable Prober prober;
    private final Runnable onChange;
    private final Thread thread;
    private final long begin = System.nanoTime();

    // Guarded by this, as are all below.
    private final List<Lookup> done = new ArrayList<>();
    private @Nullable Candidate asking;
    private @Nullable Candidate found;
    private Prober.@Nullable Answer answer;
    private @Nullable InvalidRequestException refusal;
    private boolean over;

    private Look(EndpointLocator locator, Surroundings surroundings, @Nullable Prober prober, Runnable onChange) {
        this.locator = locator;
        this.surroundings = surroundings;
        this.prober = prober;
        this.onChange = onChange;
        this.thread = new Thread(null, this, "model-runner-search", 0, false);
    }

    /**
     * {@return a look that has begun}
     *
     * @param prober asks the places; null to take the locator's first word for it
     * @param onChange is told of its end
     */
    static Look begin(EndpointLocator locator, Surroundings surroundings, @Nullable Prober prober, Runnable onChange) {
        Look look = new Look(locator, surroundings, prober, onChange);
        look.thread.setDaemon(true);
        look.thread.start();
        return look;
    }

    EndpointLocator locator() {
        return locator;
    }

    @Override
    public void run() {
        try {
            List<Candidate> places = locator.locate(surroundings);
            if (places.isEmpty()) {
                note(new Lookup(locator.name(), "", Outcome.ABSENT, "", Duration.ZERO));
            } else if (prober == null) {
                found(places.get(0), null);
            } else {
                ask(prober, places);
            }
        } catch (InvalidRequestException e) {
            refused(e);
        } catch (RuntimeException | LinkageError e) {
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            note(new Lookup(locator.name(), "", Outcome.WRONG, message, Duration.ZERO));
        } finally {
            end();
        }
    }

    private void ask(Prober way, List<Candidate> places) {
        for (Candidate place : places) {
            begins(place);
            Prober.Answer said = way.ask(place, locator.stage() == EndpointLocator.Stage.NAMED);
            String address = place.endpoint().toString();
            note(new Lookup(place.source(), address, said.outcome(), said.detail(), said.took()));
            if (said.dialect() != null) {
                found(place, said);
                return;
            }
        }
    }

    private synchronized void begins(Candidate place) {
        asking = place;
    }

    private synchronized void note(Lookup lookup) {
        asking = null;
        done.add(lookup);
    }

    private synchronized void found(Candidate place, Prober.@Nullable Answer said) {
        found = place;
        answer = said;
    }

    private synchronized void refused(InvalidRequestException e) {
        refusal = e;
        done.add(new Lookup(locator.name(), "", Outcome.WRONG, e.what(), Duration.ZERO));
    }

    private void end() {
        synchronized (this) {
            over = true;
        }
        onChange.run();
    }

    synchronized boolean isOver() {
        return over;
    }

    /** {@return the place: where a runner answered, or, if nobody was asked, the first that was named; null if there is none} */
    synchronized @Nullable Candidate found() {
        return over ? found : null;
    }

    /** {@return what the runner answered, null if none did} */
    synchronized Prober.@Nullable Answer answer() {
        return answer;
    }

    /** {@return why what the locator was told is no place, null if there is no such fault} */
    synchronized @Nullable InvalidRequestException refusal() {
        return refusal;
    }

    /** {@return what came of it so far} */
    synchronized List<Lookup> lookups() {
        List<Lookup> all = new ArrayList<>(done);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        if (asking != null) {
            String place = asking.endpoint().toString();
            all.add(new Lookup(asking.source(), place, Outcome.SILENT, "nothing within the limit", took));
        } else if (!over) {
            all.add(new Lookup(locator.name(), "", Outcome.SILENT, "did not say where within the limit", took));
        }
        return all;
    }

    /** Ends it as far as it can be ended; returns at once. */
    void cancel() {
        thread.interrupt();
    }
}
