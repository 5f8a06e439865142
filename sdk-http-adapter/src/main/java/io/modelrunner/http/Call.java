package io.modelrunner.http;

import io.modelrunner.Attempt;
import io.modelrunner.AttemptTimeline;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.internal.ErrorContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * One exchange with a runner: request, answer, deadlines, cancellation.
 *
 * <p>A wait ends in four ways, by answer, deadline, cancel and interrupt, and the exception that HttpClient throws does not
 * tell the last three apart; the fields here do.
 */
final class Call implements ErrorContext {
    /** The most bytes of an answer that are kept in memory. */
    static final int LONGEST_ANSWER = 64 * 1024 * 1024;

    private static final int PIECE = 64 * 1024;

    private final HttpAdapter adapter;
    private final Site site;
    private final HttpUriRequestBase request;
    private final Timeouts limits;
    private final Deadlines deadlines;
    private final Phase afterConnect;
    private final @Nullable ModelName model;
    private final Attempts attempts;
    private final AttemptTimeline before;
    private final Instant started = Instant.now();
    private final long begin = System.nanoTime();
    private volatile boolean cancelled;
    private volatile boolean connected;
    private @Nullable ClassicHttpResponse response;
    private @Nullable Duration loaded;
    private @Nullable Duration firstToken;

    /**
     * @param site where the request goes
     * @param afterConnect {@link Phase#LOAD} for an answer that is streamed, {@link Phase#ANSWER} for others
     * @param model the model that is asked, null if none is
     * @param attempts the request that this is a try of
     */
    Call(
            HttpAdapter adapter,
            Site site,
            HttpUriRequestBase request,
            Limits limits,
            Phase afterConnect,
            @Nullable ModelName model,
            Attempts attempts) {
        this.attempts = attempts;
        this.before = attempts.ended();
        this.model = model;
        this.adapter = adapter;
        this.site = site;
        this.request = request;
        this.limits = limits.set();
        this.afterConnect = afterConnect;
        if (request.getEntity() instanceof Upload upload) {
            upload.watch(() -> deadlines().enter(afterConnect), request::cancel);
        }
        this.deadlines = new Deadlines(limits.left(), afterConnect == Phase.LOAD, adapter.watchdog(), request::cancel);
    }

    Deadlines deadlines() {
        return deadlines;
    }

    /** Sends the request and waits for the headers. */
    int send() {
        attempts.cancellation().watch(this::cancel);
        deadlines.enter(Phase.CONNECT);
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(AnswerExecutor.ON_CONNECTED, (Runnable) this::connected);
        try {
            response = site.transport().send(request, context);
            loaded = afterConnect == Phase.LOAD ? sinceBegin() : null;
            return response.getCode();
        } catch (IOException | RuntimeException e) {
            throw failure(e, "");
        }
    }

    private void connected() {
        connected = true;
        deadlines.enter(afterConnect);
    }

    /** {@return the value of a header of the answer, empty if there is none} */
    String header(String name) {
        Header header = response == null ? null : response.getFirstHeader(name);
        return header == null || header.getValue() == null ? "" : header.getValue();
    }

    /** {@return the body of the answer; reading it to its end gives the connection back} */
    InputStream body() {
        try {
            HttpEntity entity = response == null ? null : response.getEntity();
            return entity == null ? InputStream.nullInputStream() : entity.getContent();
        } catch (IOException e) {
            throw failure(e, "");
        }
    }

    /**
     * {@return the body whole, and the call is over}
     *
     * @param most how many bytes it may have
     */
    byte[] readAll(int most) {
        try {
            byte[] bytes = body().readNBytes(expected(most));
            if (bytes.length < most) {
                deadlines.end();
                return bytes;
            }
        } catch (IOException e) {
            throw failure(e, "");
        }
        abort();
        throw new BrokenAnswerException(facts("the answer has more than " + most + " bytes, which is the limit")
                .build());
    }

    /** One more than the length that was announced, if there was one: read to its end, into an array of its size. */
    private int expected(int most) {
        HttpEntity entity = response == null ? null : response.getEntity();
        long announced = entity == null ? -1 : entity.getContentLength();
        return announced < 0 ? most : (int) Math.min(most, announced + 1);
    }

    /**
     * {@return what the body says, and the call is over}
     *
     * @param expected what it should be, for a message
     * @param reader begins at the first token, and gives null for what is of another form
     */
    <T> T json(String expected, Function<JsonParser, @Nullable T> reader) {
        byte[] body = readAll(LONGEST_ANSWER);
        try (JsonParser json = Json.parser(body, 0, body.length)) {
            T value = json.nextToken() == null ? null : reader.apply(json);
            if (value != null) {
                return value;
            }
        } catch (JacksonException e) {
            throw HttpAdapter.notTheForm(this, expected, e);
        }
        throw HttpAdapter.notTheForm(this, expected, null);
    }

    /**
     * Hands the body on, piece by piece; what the receiver throws ends the call.
     *
     * @throws UncheckedIOException what the receiver throws
     */
    void copyTo(OutputStream receiver) {
        byte[] buffer = new byte[PIECE];
        try {
            InputStream body = body();
            deadlines.enter(Phase.BETWEEN_TOKENS);
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                deadlines.pause();
                write(receiver, buffer, count);
                deadlines.enter(Phase.BETWEEN_TOKENS);
            }
            deadlines.end();
        } catch (IOException e) {
            throw failure(e, "");
        }
    }

    private void write(OutputStream receiver, byte[] buffer, int count) {
        try {
            receiver.write(buffer, 0, count);
        } catch (IOException e) {
            abort();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            abort();
            throw e;
        }
    }

    /** {@return the beginning of the body, for an error message; the call is over} */
    byte[] readSome(int most) {
        try {
            byte[] bytes = body().readNBytes(most);
            if (bytes.length == most) {
                abort();
            }
            return bytes;
        } catch (IOException e) {
            throw failure(e, "");
        } finally {
            deadlines.end();
        }
    }

    /** Ends the call from any thread: the connection is closed and a waiting reader woken. */
    void cancel() {
        cancelled = true;
        abort();
    }

    /** Closes the connection; the answer is never read to its end for that, which could take minutes. */
    void abort() {
        deadlines.end();
        request.cancel();
    }

    /** {@return whether nobody ended this call: what went wrong is the server's doing} */
    boolean isUndisturbed() {
        return isWanted() && deadlines.expired() == null;
    }

    /** {@return whether nobody ended this call, unless the wait for the last words behind an answer did} */
    boolean isUndisturbedButForTheEnd() {
        Phase expired = deadlines.expired();
        return isWanted() && (expired == null || expired == Phase.BETWEEN_TOKENS);
    }

    private boolean isWanted() {
        return !cancelled && !adapter.isClosed() && !Thread.currentThread().isInterrupted();
    }

    /** {@return what to throw for something that went wrong in this call} */
    ModelRunnerException failure(Exception e, String textSoFar) {
        Phase expired = deadlines.expired();
        abort();
        if (cancelled || adapter.isClosed()) {
            String what = cancelled ? "the answer was cancelled" : "the adapter was closed";
            return new CancelledException(
                    facts(what).cause(e).partialText(textSoFar).build());
        }
        if (expired != null) {
            return timedOut(expired, e, textSoFar);
        }
        if (Thread.currentThread().isInterrupted() || isInterrupt(e)) {
            Thread.currentThread().interrupt();
            String what = "the thread was interrupted while it waited for " + site.endpoint();
            return new CancelledException(
                    facts(what).cause(e).partialText(textSoFar).build());
        }
        if (!connected) {
            return Unreachable.of(this, site.endpoint(), site.transport().proxy(), e);
        }
        String what = "the connection to " + site.endpoint() + " broke before the answer was complete";
        return new BrokenAnswerException(facts(what)
                .cause(e)
                .partialText(textSoFar)
                .remedy("ask again", "the runner was restarted, or its engine stopped")
                .build());
    }

    private TimedOutException timedOut(Phase phase, Exception e, String textSoFar) {
        Duration limit = limits.of(phase).orElseThrow(); // it has expired, so it was set
        Failure.Builder facts = facts(site.endpoint() + " took longer than " + limit + " (" + phase.label() + ")");
        facts.cause(e).partialText(textSoFar);
        if (e instanceof Transport.NoPlaceException full) {
            String now = "all " + full.maxConnections + " connections are in use";
            facts.remedy("HttpAdapter.builder(…).maxConnections(…)", now);
        } else if (phase == Phase.CONNECT) {
            facts.remedy("check the address " + site.endpoint(), "no runner listens there");
        }
        facts.remedy("Timeouts.builder()." + phase.setter() + "(…)", "the runner needs longer");
        return new TimedOutException(facts.build(), phase, limit);
    }

    private static boolean isInterrupt(Exception e) {
        return e instanceof ClosedByInterruptException
                || (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException));
    }

    String adapterName() {
        return adapter.name();
    }

    @Override
    public String address() {
        return endpoint();
    }

    String endpoint() {
        return site.endpoint().toString();
    }

    @Override
    public String runner() {
        return "the runner at " + endpoint();
    }

    /** {@return the model that is asked, for messages} */
    @Override
    public String model() {
        return model == null ? "that is asked for" : model.text();
    }

    /** {@return the tries so far, this one with its outcome the last of them} */
    AttemptTimeline timeline(String outcome) {
        return before.plus(Attempt.builder(adapter.name(), endpoint(), started, outcome)
                .model(model)
                .loaded(loaded)
                .firstToken(firstToken)
                .took(sinceBegin())
                .build());
    }

    /** Takes note that the first event of the answer is there. */
    void sawFirstToken() {
        firstToken = sinceBegin();
    }

    private Duration sinceBegin() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Begins the facts of a failure of this call. */
    @Override
    public Failure.Builder facts(String what) {
        return Failure.of(what)
                .timeline(timeline(what))
                .adapter(adapter.name())
                .endpoint(site.endpoint().toString())
                .model(model)
                .status(response == null ? 0 : response.getCode());
    }
}
