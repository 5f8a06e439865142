package io.modelrunner.http;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.Health;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.Diagnosis.Outcome;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Asks places over HTTP, each by an adapter of its own that lives as long as the question. */
final class HttpProber implements Prober {
    private static final Timeouts LIMITS = Timeouts.builder()
            .connect(DialectProbe.LIMIT)
            .answer(DialectProbe.LIMIT)
            .load(DialectProbe.LIMIT)
            .build();

    private final Wires wires;
    private final boolean withModels;
    private final Set<HttpAdapter> asking = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * The classes that a question needs. In a process that has just begun loading them takes a while, on a busy machine a second
     * or two, which must not count as waiting for an answer: it is done before the clock of the first search begins.
     */
    private static final class Classes {
        static {
            try (HttpAdapter adapter = HttpAdapter.at("unix:///no/such/socket")) {
                adapter.health();
            } catch (RuntimeException e) {
                // Windows has no such paths; then they are loaded when they are needed.
            }
        }

        /** Its first call runs what stands above. */
        static void load() {}
    }

    /** @param withModels whether runners are asked for their models too */
    HttpProber(Wires wires, boolean withModels) {
        Classes.load();
        this.wires = wires.forStrangers();
        this.withModels = withModels;
    }

    @Override
    public Answer ask(Candidate place, boolean named) {
        long begin = System.nanoTime();
        HttpAdapter.Builder settings = HttpAdapter.builder(place.endpoint()).timeouts(LIMITS);
        try (HttpAdapter adapter = new HttpAdapter(settings, wires.to(place))) {
            asking.add(adapter);
            try {
                endIfClosed();
                return answer(adapter, named, begin);
            } finally {
                asking.remove(adapter);
            }
        } catch (InvalidRequestException e) {
            return none(Outcome.WRONG, e.what(), since(begin)); // the file of those who are trusted
        } catch (ModelRunnerException e) {
            boolean silent = e.status().isEmpty();
            return none(silent ? Outcome.SILENT : Outcome.OTHER, reason(e, place.endpoint()), since(begin));
        }
    }

    private Answer answer(HttpAdapter adapter, boolean named, long begin) {
        DialectProbe.Finding finding = adapter.probe();
        Duration took = since(begin);
        if (!finding.certain() && !named) {
            return none(Outcome.OTHER, "wants a key, and does not say what it is", took);
        }
        Health health = finding.health();
        String loading = health.isUp() ? "" : ", loading its model";
        String what = health.speaks().orElse("")
                + health.version().map(version -> " " + version).orElse("")
                + loading;
        OptionalInt models = withModels ? models(adapter) : OptionalInt.empty();
        return new Answer(Outcome.RUNNER, finding.dialect(), what + counted(models), models, took);
    }

    private void endIfClosed() {
        if (closed) {
            close();
        }
    }

    private static OptionalInt models(HttpAdapter adapter) {
        try {
            return OptionalInt.of(adapter.listModels().size());
        } catch (ModelRunnerException e) {
            return OptionalInt.empty();
        }
    }

    private static String counted(OptionalInt models) {
        if (models.isEmpty()) {
            return "";
        }
        int count = models.getAsInt();
        return count == 0 ? ", no model" : count == 1 ? ", 1 model" : ", " + count + " models";
    }

    private static Answer none(Outcome outcome, String detail, Duration took) {
        return new Answer(outcome, null, detail, OptionalInt.empty(), took);
    }

    /** What happened, without the address, which stands beside it in the table. */
    private static String reason(ModelRunnerException e, RunnerEndpoint place) {
        if (e instanceof RunnerUnreachableException && e.status().isPresent()) {
            return "answers with status " + e.status().getAsInt();
        }
        String what = e.what();
        int end = what.indexOf(place + ": ");
        if (e instanceof RunnerUnreachableException && end >= 0) {
            return what.substring(end + place.toString().length() + 2);
        }
        return what.replace(" at " + place, "").replace(place + " ", "it ");
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Override
    public void close() {
        closed = true;
        asking.forEach(HttpAdapter::close);
    }
}
