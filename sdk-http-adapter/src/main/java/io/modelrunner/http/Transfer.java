package io.modelrunner.http;

import io.modelrunner.AttemptTimeline;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.http.TransferLine.Kind;
import io.modelrunner.internal.PullRoad;
import io.modelrunner.internal.ServerError;
import io.modelrunner.internal.StoreErrors;
import io.modelrunner.internal.TransferProgress;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.store.RegistryUnavailableException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * One pull or push, with its repetitions; run by one thread, ended by any.
 *
 * <p>It succeeds only when a line says so: errors come under status 200, bodies end early, the last line may be plain text (all
 * recorded).
 */
final class Transfer implements PullRoad.Task {
    /** As the {@code docker model} command does it. */
    static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8));

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Set<Integer> PASSING = Set.of(502, 503, 504);
    private static final long LAST_WORDS_NANOS = Duration.ofSeconds(2).toNanos();

    private final HttpAdapter adapter;
    private final TransferProtocol protocol;
    private final Site site;
    private final Secret secret;
    private final RegistryRequest wanted;
    private final Consumer<? super PullEvent> listener;
    private final Cancellation cancellation = new Cancellation();
    private final TransferProgress progress;
    private final long begin = System.nanoTime();
    private AttemptTimeline ended = AttemptTimeline.empty();

    /**
     * @param site the runner, also if another one is found meanwhile
     * @param listener is told of everything but the end, by the thread that runs it
     * @param progress where it begins, as seen from outside
     */
    Transfer(
            HttpAdapter adapter,
            TransferProtocol protocol,
            Site site,
            RegistryRequest wanted,
            Consumer<? super PullEvent> listener,
            TransferProgress progress) {
        this.progress = progress;
        this.adapter = adapter;
        this.protocol = protocol;
        this.site = site;
        this.secret = wanted.token().map(Secret::of).orElse(Secret.none());
        this.wanted = wanted;
        this.listener = listener;
    }

    @Override
    public void cancel() {
        cancellation.cancel();
    }

    @Override
    public PullEvent.Done run() {
        for (int attempt = 1; ; attempt++) {
            listener.accept(new PullEvent.Started(model(), progress.now(), attempt));
            try {
                return attempt(attempt == 1 ? wanted.timeouts() : limitsLeft());
            } catch (ModelRunnerException e) {
                List<Duration> pauses = adapter.transferPauses();
                if (attempt > pauses.size() || !isPassing(e) || left().compareTo(pauses.get(attempt - 1)) <= 0) {
                    throw e;
                }
                ended = e.timeline();
                Duration pause = pauses.get(attempt - 1);
                String again = e.what() + "; tried again after " + pause.toMillis() + " ms";
                listener.accept(new PullEvent.Warning(model(), progress.now(), again));
                await(pause);
                // The listener and the pause may take longer than they should; a try behind the limit would be none.
                if (left().compareTo(SHORTEST) <= 0) {
                    throw e;
                }
            }
        }
    }

    /** {@return whether a failure may pass by itself} */
    static boolean isPassing(ModelRunnerException failure) {
        if (PASSING.contains(failure.status().orElse(0))) {
            return true;
        }
        if (failure instanceof TimedOutException late) {
            return late.phase() == Phase.CONNECT;
        }
        Throwable cause = failure.getCause();
        boolean connection = failure instanceof RunnerUnreachableException || failure instanceof BrokenAnswerException;
        // What is wrong with a name or a certificate does not mend itself.
        return connection
                && cause instanceof IOException
                && !(cause instanceof UnknownHostException || cause instanceof SSLException);
    }

    private void await(Duration pause) {
        try {
            if (!adapter.pause(cancellation, pause)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CancelledException(Failure.of("the transfer of " + model() + " was cancelled between two tries")
                .adapter(adapter.name())
                .endpoint(adapter.where())
                .model(model())
                .timeline(ended)
                .build());
    }

    /** {@return what is left of the limit of the whole; for ever if there is none} */
    private Duration left() {
        Timeouts limits = wanted.timeouts().over(adapter.timeouts());
        return limits.of(Phase.TOTAL)
                .map(limit -> limit.minusNanos(System.nanoTime() - begin))
                .orElse(ChronoUnit.FOREVER.getDuration());
    }

    private Timeouts limitsLeft() {
        return wanted.timeouts().over(adapter.timeouts()).of(Phase.TOTAL).isEmpty()
                ? wanted.timeouts()
                : wanted.timeouts().toBuilder().total(longer(left())).build();
    }

    private static Duration longer(Duration limit) {
        return limit.compareTo(SHORTEST) > 0 ? limit : SHORTEST;
    }

    private PullEvent.Done attempt(Timeouts limits) {
        Attempts attempts =
                new Attempts(adapter, limits, ended, cancellation).at(site).once();
        Call call = attempts.open(place -> protocol.request(place, wanted), Phase.LOAD, model(), this::refused);
        try {
            return read(call);
        } catch (IOException e) {
            throw call.failure(e, "");
        } catch (RuntimeException e) {
            call.abort(); // the listener's may come in the middle of the answer
            throw e;
        } finally {
            call.deadlines().end();
        }
    }

    /** A server may repeat what it was sent, and what it says ends up in messages. */
    private ModelRunnerException refused(Call call, int status, byte[] body) {
        return protocol.refused(secret.outOf(call), status, ErrorBody.parse(body));
    }

    private PullEvent.Done read(Call call) throws IOException {
        Lines lines = new Lines(call.body(), () -> call.deadlines().enter(Phase.BETWEEN_TOKENS));
        String failure = "";
        boolean news = false;
        for (String line = next(call, lines, failure); line != null; line = next(call, lines, failure)) {
            String text = unescaped(line.strip());
            TransferLine told = parse(text);
            if (told == null) {
                // What begins as an object and is none was cut, and says nothing to people.
                failure = failure.isEmpty() && !text.startsWith("{") ? text : failure;
            } else if (told.kind() == Kind.SUCCESS) {
                finish(call, lines);
                return new PullEvent.Done(model(), progress.done(), secret.outOf(told.message()));
            } else if (told.kind() == Kind.ERROR) {
                failure = told.message();
            } else {
                news = true;
                call.deadlines().pause();
                listener.accept(event(told));
            }
        }
        throw failed(call, failure, news);
    }

    /** {@return the next line, null if there is none; behind the word of a failure it does not matter how the answer ends} */
    private static @Nullable String next(Call call, Lines lines, String failure) throws IOException {
        try {
            return lines.next();
        } catch (IOException e) {
            if (failure.isEmpty() || !call.isUndisturbedButForTheEnd()) {
                throw e;
            }
            return null;
        }
    }

    /** Reads what is behind the word of success, so that the connection can be used again; it no longer matters what it is. */
    private static void finish(Call call, Lines lines) {
        try {
            call.deadlines().enter(Phase.BETWEEN_TOKENS, LAST_WORDS_NANOS);
            lines.skip();
        } catch (IOException e) {
            call.abort();
        }
    }

    private ModelRunnerException failed(Call call, String failure, boolean news) {
        if (!failure.isEmpty()) {
            return StoreErrors.inStream(secret.outOf(call), ServerError.of(failure));
        }
        String what = news ? "ended the transfer before it was complete" : "ended the transfer without a word";
        return new RegistryUnavailableException(call.facts("the runner at " + call.endpoint() + " " + what)
                .remedy("try again", "the registry answers too slowly, or not at all")
                .build());
    }

    private PullEvent event(TransferLine told) {
        String layer = told.layer();
        if (told.kind() == Kind.WARNING) {
            return new PullEvent.Warning(model(), progress.now(), secret.outOf(told.message()));
        }
        if (layer == null) {
            return new PullEvent.Step(model(), progress.now(), secret.outOf(told.message()));
        }
        long current = Math.min(told.current(), told.size());
        PullEvent.Progress whole = progress.layer(layer, told.size(), current, told.total());
        return new PullEvent.LayerProgress(model(), whole, layer, told.size(), current);
    }

    private @Nullable TransferLine parse(String line) {
        if (!line.startsWith("{")) {
            return null;
        }
        try (JsonParser json = Json.parser(line)) {
            return json.nextToken() == JsonToken.START_OBJECT ? protocol.read(json) : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** Undoes what the runner does to lines for whom it takes for a browser: a proxy that adds to {@code Accept} is enough. */
    private static String unescaped(String line) {
        return line.startsWith("{&#34;")
                ? line.replace("&#34;", "\"")
                        .replace("&#39;", "'")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&amp;", "&")
                : line;
    }

    private ModelName model() {
        return wanted.model();
    }
}
