package io.modelrunner.testing.fake;

import static io.modelrunner.testing.fake.Fault.Stage.REGISTRY;
import static io.modelrunner.testing.fake.Fault.Stage.STREAM;

import io.modelrunner.testing.Exchange;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Pulls and pushes: two pulls at a time, the damage that two of one model do included. */
final class Transfers {
    private static final int PULLS_AT_ONCE = 2;
    private static final int LOOK_AGAIN_MILLIS = 10;
    private static final long FIRST_LINE = 32_768;
    private static final long LINE = 1024 * 1024;

    private final Store store;
    private final Registry registry;
    private final Faults faults;
    private final Duration pace;
    private final Semaphore slots = new Semaphore(PULLS_AT_ONCE, true);
    private final Map<String, Integer> underWay = new HashMap<>(); // pulls by model; guarded by itself
    private final Set<String> collided = new HashSet<>(); // models that were pulled twice at once; guarded by underWay

    /** How progress is told, until a fault strikes the connection. */
    interface Telling {
        ProgressLines lines(@Nullable Fault fault);
    }

    Transfers(Store store, Registry registry, Faults faults, Duration pace) {
        this.store = store;
        this.registry = registry;
        this.faults = faults;
        this.pace = pace;
    }

    /** Answers {@code POST /models/create}. */
    void create(Call call) throws IOException {
        Reply malformed = Reply.error(400, "invalid request body");
        Map<String, @Nullable Object> asked = call.json(malformed);
        Object from = asked.getOrDefault("from", "");
        if (!(from instanceof String name)) {
            throw new Refusal(malformed);
        }
        Object token = asked.get("bearer-token");
        try {
            pull(
                    call.exchange(),
                    name,
                    token instanceof String text ? text : null,
                    fault -> new RunnerProgress(call.exchange(), "pull", fault, pace));
        } catch (Refusal refusal) {
            throw new Refusal(streamed(refusal.reply()));
        }
    }

    /** {@return the reply as it looks where a stream was about to begin} */
    static Reply streamed(Reply reply) {
        return reply.with("Cache-Control: no-cache")
                .with("Connection: keep-alive")
                .with("Transfer-Encoding: chunked");
    }

    /**
     * Brings a model from the registry.
     *
     * @throws Refusal if that is known before the first line
     */
    void pull(Exchange exchange, String name, @Nullable String token, Telling telling) throws IOException {
        ProgressLines progress = progress(telling);
        awaitSlot(exchange);
        try {
            ModelReference reference =
                    ModelReference.parse(name).orElseThrow(() -> new Refusal(400, "Invalid model reference"));
            Fault trouble = faults.take(Fault.Target.PULL, REGISTRY);
            if (trouble != null) {
                String reason = "UNKNOWN - resolving " + reference + ": " + trouble.reason(reference);
                throw new Refusal(
                        500,
                        "error while pulling model: reading model from registry: failed to pull model \"" + reference
                                + "\": " + reason);
            }
            download(registry.find(reference, token), progress);
        } finally {
            slots.release();
        }
    }

    private ProgressLines progress(Telling telling) {
        Fault fault = faults.take(Fault.Target.PULL, STREAM);
        return fault == null || fault.reason().isEmpty()
                ? telling.lines(fault)
                : new FailingProgress(telling.lines(null), fault);
    }

    private void awaitSlot(Exchange exchange) throws IOException {
        try {
            while (!slots.tryAcquire(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                exchange.pause(Duration.ZERO); // throws once the client is gone
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server's thread was interrupted");
        }
    }

    private void download(OfferedModel model, ProgressLines progress) throws IOException {
        String id = model.id();
        if (store.all().stream().anyMatch(known -> known.id().equals(id))) {
            store.tag(id, model.reference());
            String size = FakeModel.display(model.manifest().size());
            progress.success("Using cached model: " + size);
            return;
        }
        boolean late = enter(id);
        boolean spoilt;
        try {
            for (Manifest.Layer layer : model.manifest().layers()) {
                download(layer, model.manifest().size(), progress, late);
            }
            spoilt = arrive(model);
        } finally {
            leave(id);
        }
        if (spoilt) {
            fail(model, progress);
        } else {
            progress.success("Model pulled successfully");
        }
    }

    /** {@return whether somebody else is pulling the model already} */
    private boolean enter(String id) {
        synchronized (underWay) {
            boolean late = underWay.merge(id, 1, Integer::sum) > 1;
            if (late) {
                collided.add(id);
            }
            return late;
        }
    }

    /** {@return whether another pull of the model was there first, so that what it stored is damaged now} */
    private boolean arrive(OfferedModel model) {
        synchronized (underWay) {
            boolean spoilt = collided.contains(model.id()) && store.knows(model.id());
            store.add(model);
            if (spoilt) {
                store.damage(model.id());
            }
            return spoilt;
        }
    }

    private void leave(String id) {
        synchronized (underWay) {
            if (underWay.merge(id, -1, Integer::sum) == 0) {
                underWay.remove(id);
                collided.remove(id);
            }
        }
    }

    private void download(Manifest.Layer layer, long total, ProgressLines progress, boolean late) throws IOException {
        if (store.has(layer.digest())) {
            return;
        }
        long current = Math.max(Math.min(FIRST_LINE, layer.size()), store.incomplete(layer.digest()));
        while (true) {
            store.incomplete(layer.digest(), current);
            progress.layer(layer, current, total);
            if (current >= (late ? layer.size() + LINE : layer.size())) {
                return;
            }
            // who comes late appends to a file that is written already, and goes beyond its end
            current = late ? current + LINE : Math.min(current + LINE, layer.size());
        }
    }

    private static void fail(OfferedModel model, ProgressLines progress) throws IOException {
        String file = model.manifest().layers().get(0).digest().replace("sha256:", "/models/blobs/sha256/");
        String reason = "writing blob: open completed blob file for verification: open " + file
                + ".incomplete: no such file or directory";
        progress.failure("Error: " + reason, "error while pulling model: writing image to store: " + reason);
    }

    /** Answers {@code POST /models/…/push}: the registry has the model from then on. */
    void push(Call call, String name) throws IOException {
        StoredModel model;
        try {
            model = store.model(name);
        } catch (ModelTrouble trouble) {
            throw new Refusal(streamed(Reply.error(404, "Model not found")));
        }
        ModelReference target = ModelReference.parse(name)
                .filter(reference -> !name.contains("@"))
                .orElseThrow(() -> new Refusal(streamed(
                        Reply.error(500, "error while pushing model: new tag: \"" + name + "\" is not a tag"))));
        Fault fault = faults.take(Fault.Target.PUSH, STREAM);
        RunnerProgress progress = new RunnerProgress(call.exchange(), "push", fault, pace);
        Fault trouble = faults.take(Fault.Target.PUSH, REGISTRY);
        List<Manifest.Layer> layers = model.manifest().layers();
        if (trouble != null) {
            String what = "write to registry \"" + target + "\": pushing layer 0: layer "
                    + layers.get(0).digest() + ": pushing: "
                    + trouble.reason(target).replace("pull access", "push access");
            progress.failure(
                    "Error: " + what.replace(target.toString(), name),
                    "error while pushing model: pushing image: " + what.replace(target.toString(), name));
            return;
        }
        for (Manifest.Layer layer : layers) {
            progress.layer(layer, layer.size(), layer.size());
        }
        registry.offer(offered(model, target));
        progress.success("Model pushed successfully");
    }

    private OfferedModel offered(StoredModel model, ModelReference target) {
        List<Blob> blobs = new ArrayList<>();
        model.manifest().layers().forEach(layer -> store.blob(layer.digest()).ifPresent(blobs::add));
        store.blob(model.manifest().configDigest()).ifPresent(blobs::add);
        return new OfferedModel(target, model.manifest(), blobs, null);
    }
}
