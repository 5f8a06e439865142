package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The engines that run: one for each model and mode, loaded by the first request, gone when idle for long. */
final class Engines {
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    /** One that runs or loads. */
    final class Engine {
        private final StoredModel model;
        private final String spelling;
        private final String mode;
        private boolean loading = true;
        private int inUse;
        private Instant lastUsed = clock.instant();

        private Engine(StoredModel model, String spelling, String mode) {
            this.model = model;
            this.spelling = spelling;
            this.mode = mode;
        }

        private boolean isIdle() {
            return !loading && inUse == 0;
        }

        private Map<String, @Nullable Object> shown() {
            Map<String, @Nullable Object> shown = Json.object(
                    "backend_name",
                    "llama.cpp",
                    "model_name",
                    spelling,
                    "mode",
                    mode,
                    "last_used",
                    isIdle() ? lastUsed.toString() : "0001-01-01T00:00:00Z");
            if (inUse > 0) {
                shown.put("in_use", true);
            }
            if (loading) {
                shown.put("loading", true);
            }
            keepAlive().ifPresent(text -> shown.put("keep_alive", text));
            return shown;
        }

        private Optional<String> keepAlive() {
            return configurations.of(model.id(), mode).keepAlive();
        }

        /** {@return when it goes if nobody uses it; empty if it stays} */
        Optional<Instant> expires() {
            Duration idle = keepAlive().map(KeepAlive::duration).orElse(IDLE);
            return idle.isNegative() ? Optional.empty() : Optional.of(lastUsed.plus(idle));
        }

        String modelId() {
            return model.id();
        }
    }

    private final Configurations configurations;
    private final Clock clock;
    private final Consumer<String> ended;
    private final List<Engine> running = new ArrayList<>(); // guarded by this, as all state of the engines is
    private boolean installed = true;
    private boolean closed;

    /** @param ended is told of each model of which an engine has ended */
    Engines(Configurations configurations, Clock clock, Consumer<String> ended) {
        this.configurations = configurations;
        this.clock = clock;
        this.ended = ended;
    }

    /**
     * Loads a model unless it is loaded, and has it in use until {@link #release}.
     *
     * @param delay how long a load takes
     * @param gone whether the client has given up, which ends the load
     */
    synchronized Engine acquire(
            StoredModel model, String spelling, String mode, Supplier<Duration> delay, BooleanSupplier gone)
            throws IOException {
        awaitCondition(() -> installed, gone);
        evictIdle();
        Engine engine = find(model.id(), mode);
        if (engine == null) {
            engine = load(model, spelling, mode, delay.get(), gone);
        } else if (engine.loading) {
            Engine awaited = engine;
            awaitCondition(() -> !awaited.loading, gone);
            return acquire(model, spelling, mode, delay, gone);
        }
        engine.inUse++;
        return engine;
    }

    /** Loads a model without having it in use afterwards, not even for a moment. */
    synchronized void preload(StoredModel model, String spelling, Supplier<Duration> delay, BooleanSupplier gone)
            throws IOException {
        release(acquire(model, spelling, "completion", delay, gone));
    }

    private Engine load(StoredModel model, String spelling, String mode, Duration delay, BooleanSupplier gone)
            throws IOException {
        Engine engine = new Engine(model, spelling, mode);
        running.add(engine);
        long end = System.nanoTime() + delay.toNanos();
        try {
            awaitCondition(() -> System.nanoTime() >= end, gone);
        } catch (IOException e) {
            running.remove(engine);
            throw e;
        } finally {
            engine.loading = false;
            notifyAll();
        }
        return engine;
    }

    private void awaitCondition(BooleanSupplier condition, BooleanSupplier gone) throws IOException {
        while (!condition.getAsBoolean()) {
            if (closed || gone.getAsBoolean()) {
                throw new EOFException("nobody waits for this any more");
            }
            try {
                wait(LOOK_AGAIN.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the server's thread was interrupted");
            }
        }
    }

    synchronized void release(Engine engine) {
        engine.inUse--;
        engine.lastUsed = clock.instant();
        evictIdle();
    }

    private @Nullable Engine find(String modelId, String mode) {
        return running.stream()
                .filter(engine -> engine.model.id().equals(modelId) && engine.mode.equals(mode))
                .findFirst()
                .orElse(null);
    }

    private void evictIdle() {
        Instant now = clock.instant();
        unload(engine -> engine.expires().filter(end -> !end.isAfter(now)).isPresent());
    }

    /** {@return what runs, as {@code ps} shows it} */
    synchronized List<Map<String, @Nullable Object>> shown() {
        evictIdle();
        return running.stream().map(Engine::shown).toList();
    }

    /** {@return what runs, for the other list of it} */
    synchronized List<Engine> all() {
        evictIdle();
        return List.copyOf(running);
    }

    synchronized boolean isIdle(Engine engine) {
        return engine.isIdle();
    }

    /** Ends those that nobody uses; {@return how many} */
    synchronized int unload(Predicate<Engine> which) {
        int count = 0;
        for (Iterator<Engine> each = running.iterator(); each.hasNext(); ) {
            Engine engine = each.next();
            if (engine.isIdle() && which.test(engine)) {
                each.remove();
                ended.accept(engine.modelId());
                count++;
            }
        }
        return count;
    }

    /** Ends the idle engine of a model and mode; {@return false if it is at work, so that it stays} */
    synchronized boolean makeWay(String modelId, String mode) {
        Engine engine = find(modelId, mode);
        if (engine != null && engine.inUse > 0) {
            return false;
        }
        unload(each -> each == engine);
        return true;
    }

    synchronized void install(boolean present) {
        installed = present;
        notifyAll();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
