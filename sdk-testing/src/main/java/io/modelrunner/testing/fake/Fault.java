package io.modelrunner.testing.fake;

import static java.util.Objects.requireNonNull;

import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A way to fail, for {@link FakeModelRunner#fail}.
 *
 * <p>A fault strikes one request, or so many as {@link #times} says, of the kind that {@link #on} says: inference unless
 * told otherwise, pulls for those faults that only pulls have. Those that strike within a stream wait for a request that is
 * streamed. What is said then is what a real runner was recorded to say. Immutable.
 */
public final class Fault {
    /** Which requests a fault strikes. */
    public enum Target {
        /** Chats, completions, embeddings, reranking; in any of the APIs. */
        INFERENCE,
        /** Pulls. */
        PULL,
        /** Pushes. */
        PUSH,
        /** Whatever comes next, a question of whether the runner is there included. */
        ANY
    }

    /** At which point of an answer a fault strikes. */
    enum Stage {
        INSTEAD,
        LOAD,
        REGISTRY,
        STREAM
    }

    /** What happens. */
    private interface Effect {
        void strike(Exchange exchange) throws IOException;
    }

    private final Stage stage;
    private final Target target;
    private final int times;
    private final int after;
    private final Effect effect;
    private final String reason;
    private final Duration delay;

    private Fault(Stage stage, Target target, int times, int after, Effect effect, String reason, Duration delay) {
        this.stage = stage;
        this.target = target;
        this.times = times;
        this.after = after;
        this.effect = effect;
        this.reason = reason;
        this.delay = delay;
    }

    private static Fault instead(Effect effect) {
        return new Fault(Stage.INSTEAD, Target.INFERENCE, 1, 0, effect, "", Duration.ZERO);
    }

    private static Fault within(int events, Effect effect) {
        if (events < 0) {
            throw new IllegalArgumentException("events: must not be negative, is " + events);
        }
        return new Fault(Stage.STREAM, Target.INFERENCE, 1, events, effect, "", Duration.ZERO);
    }

    private static Fault ofRegistry(String reason) {
        return new Fault(Stage.REGISTRY, Target.PULL, 1, 0, exchange -> {}, reason, Duration.ZERO);
    }

    /**
     * {@return a load that takes its time: nothing comes until it is over, not even headers, and {@code ps} says loading}
     * It strikes the next request that finds its model not loaded; if the client gives up, so does the load.
     *
     * @param time how long
     */
    public static Fault slowLoad(Duration time) {
        return new Fault(Stage.LOAD, Target.INFERENCE, 1, 0, exchange -> {}, "", requireNonNull(time, "time"));
    }

    /** {@return the 503 of an engine that is still loading its model} */
    public static Fault loading() {
        return instead(exchange -> recorded(exchange, "llama-cpp/loading-chat"));
    }

    /** {@return the 404 of a model that is not there, as text} */
    public static Fault modelNotFound() {
        return instead(exchange -> {
            Object model = Json.readObject(exchange.request().body()).get("model");
            String message = ModelTrouble.missing(String.valueOf(model)).text();
            Reply.error(404, "error while getting model: " + message).send(exchange);
        });
    }

    /** {@return the death of an engine before it answers: a 500 whose JSON is labelled as text} */
    public static Fault engineCrash() {
        return instead(exchange -> recorded(exchange, "inference/chat-engine-killed"));
    }

    /** {@return the 500 without a body of a request that the engine never saw} A real one takes 30 s to say so. */
    public static Fault emptyError() {
        return instead(exchange -> Reply.empty(500).send(exchange));
    }

    /** {@return a 200 with nothing in it} A pull that was cancelled inside the runner ends so. */
    public static Fault emptyOk() {
        return instead(exchange -> Reply.empty(200).send(exchange));
    }

    /**
     * {@return any answer of the runner's own form: a line of text}
     *
     * @param status the status code
     * @param message the line, without its end
     */
    public static Fault answer(int status, String message) {
        requireNonNull(message, "message");
        return instead(exchange -> Reply.error(status, message).send(exchange));
    }

    /** {@return silence, without even headers, until the client or the runner is closed} */
    public static Fault stall() {
        return instead(Exchange::stall);
    }

    /**
     * {@return silence in the middle of a stream until the client or the runner is closed}
     *
     * @param events how many events, or lines of progress, come before
     */
    public static Fault stall(int events) {
        return within(events, Exchange::stall);
    }

    /** {@return a reset of the connection in place of an answer} */
    public static Fault reset() {
        return instead(Exchange::reset);
    }

    /**
     * {@return a reset of the connection in the middle of a stream}
     *
     * @param events how many events, or lines of progress, come before
     */
    public static Fault reset(int events) {
        return within(events, Exchange::reset);
    }

    /**
     * {@return the end of the connection in the middle of a stream, as when an engine or the runner dies}
     *
     * @param events how many events, or lines of progress, come before
     */
    public static Fault cutStream(int events) {
        return within(events, Exchange::cut);
    }

    /**
     * {@return an error that comes as an event of a stream that then ends, without {@code [DONE]}}
     *
     * @param events how many events come before
     * @param message what the engine says
     */
    public static Fault errorInStream(int events, String message) {
        String error = Json.write(Json.object(
                "error",
                Json.object("code", 500, "message", requireNonNull(message, "message"), "type", "server_error")));
        return within(events, exchange -> exchange.event(error).end());
    }

    /**
     * {@return a pull that fails after it has begun with status 200: a line of type error, then one that is no JSON}
     *
     * @param message why, such as {@code writing blob: no space left on device}
     */
    public static Fault errorInPull(String message) {
        return new Fault(
                Stage.STREAM, Target.PULL, 1, 1, exchange -> {}, requireNonNull(message, "message"), Duration.ZERO);
    }

    /** {@return a pull whose progress is text escaped as HTML, though JSON was asked for} */
    public static Fault htmlEscapedProgress() {
        return new Fault(Stage.STREAM, Target.PULL, 1, Integer.MAX_VALUE, exchange -> {}, "", Duration.ZERO);
    }

    /** {@return a registry that wants a password which the runner has not} A runner says 500, not 401. */
    public static Fault registryDenies() {
        return ofRegistry("pull access denied, repository does not exist or may require authorization: "
                + "authorization failed: no basic auth credentials");
    }

    /** {@return a registry that answers 503} */
    public static Fault registryFails() {
        return ofRegistry("unexpected status from HEAD request to "
                + "http://{registry}/v2/{path}/manifests/{tag}: 503 Service Unavailable");
    }

    /** {@return a registry that can't be reached} */
    public static Fault registryUnreachable() {
        return ofRegistry("failed to do request: Head \"http://{registry}/v2/{path}/manifests/{tag}\": "
                + "dial tcp {address}: connect: connection refused");
    }

    private static void recorded(Exchange exchange, String name) throws IOException {
        Recording.Response response = Recordings.load(name).response();
        Reply reply = new Reply(response.status(), response.body(), List.of());
        reply.with("Content-Type: " + response.header("Content-Type").orElse(""))
                .send(exchange);
    }

    /**
     * {@return this fault for more than one request}
     *
     * @param count how many, at least 1
     */
    public Fault times(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count: must be at least 1, is " + count);
        }
        return new Fault(stage, target, count, after, effect, reason, delay);
    }

    /**
     * {@return this fault for other requests}
     *
     * @param other which
     */
    public Fault on(Target other) {
        return new Fault(stage, requireNonNull(other, "other"), times, after, effect, reason, delay);
    }

    boolean strikes(Target kind, Stage at) {
        return stage == at && (target == Target.ANY || target == kind);
    }

    int times() {
        return times;
    }

    /** {@return how many events come before it strikes} */
    int after() {
        return after;
    }

    Duration delay() {
        return delay;
    }

    /** {@return whether it is the one that escapes progress} */
    boolean escapes() {
        return after == Integer.MAX_VALUE;
    }

    /** {@return why a pull fails; empty if it is not that kind of fault} */
    String reason() {
        return reason;
    }

    /** {@return why a registry does not hand out what was asked for} */
    String reason(ModelReference reference) {
        return reason.replace("{registry}", reference.registry())
                .replace("{address}", reference.registry().replace("localhost", "127.0.0.1"))
                .replace("{path}", reference.path())
                .replace("{tag}", reference.tag());
    }

    void strike(Exchange exchange) throws IOException {
        effect.strike(exchange);
    }

    /** {@return when and whom it strikes, for messages} */
    @Override
    public String toString() {
        return "fault " + stage + " on " + target + ", " + times + " times";
    }
}
