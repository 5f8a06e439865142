package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.control.LogOptions;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The runner's log, line by line, and without an end if that is wanted. */
@Timeout(30)
class LogsTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ScriptedServer server = EndpointFormsTest.modelRunner();
    private HttpAdapter adapter = HttpAdapter.at(server.url());

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of(server);

    @AfterEach
    void close() {
        adapter.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"false, true, false, false", "true, true, true, false", "false, false, false, true"})
    void optionsAreAskedFor(boolean follow, boolean engines, boolean asked, boolean without) {
        server.on("/logs", text("one\n"));
        try (Stream<String> lines = logs(new LogOptions(follow, engines))) {
            assertThat(lines.iterator().next()).isEqualTo("one");
        }
        assertThat(server.lastRequest().path()).isEqualTo("/logs?follow=" + asked + "&no-engines=" + without);
    }

    @Test
    void linesAreCutOutWhereverThePiecesEnd() {
        String log = "[1] first\n\n[2] zwölf €\r\nlast, without its end";
        server.on("/logs", exchange -> chunked(exchange).inPiecesOf(3).send(log).end());
        try (Stream<String> lines = logs(LogOptions.soFar())) {
            assertThat(lines).containsExactly("[1] first", "", "[2] zwölf €", "last, without its end");
        }
    }

    @Test
    void logWithoutLinesHasNone() {
        server.on("/logs", text(""));
        try (Stream<String> lines = logs(LogOptions.soFar())) {
            Iterator<String> none = lines.iterator();
            assertThat(none.hasNext()).isFalse();
            assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void lineIsNoLongerThanItsBound() {
        String longest = "a".repeat(LogLines.LONGEST_LINE);
        String cutInACharacter = "a".repeat(LogLines.LONGEST_LINE - 1) + "€uro";
        server.on("/logs", text(longest + "\n" + longest + "b\n" + cutInACharacter + "\nshort\n"));
        try (Stream<String> lines = logs(LogOptions.soFar())) {
            assertThat(lines)
                    .containsExactly(longest, longest + "…", "a".repeat(LogLines.LONGEST_LINE - 1) + "…", "short");
        }
    }

    @Test
    void nothingIsAskedBeforeTheFirstPull() {
        try (Stream<String> lines = logs(LogOptions.following())) {
            assertThat(lines).isNotNull();
        }
        assertThat(server.connectionsAccepted()).isZero();
    }

    @Test
    void followingWaitsLongerThanAnyLimit() {
        adapter.close();
        Duration limit = Duration.ofMillis(300);
        adapter = HttpAdapter.builder(server.url())
                .timeouts(Timeouts.builder()
                        .betweenTokens(limit)
                        .firstToken(limit)
                        .total(limit)
                        .build())
                .build();
        server.on(
                "/logs",
                exchange -> chunked(exchange)
                        .send("one\n")
                        .pause(limit.multipliedBy(3))
                        .send("two\n")
                        .end());
        try (Stream<String> lines = logs(LogOptions.following())) {
            assertThat(lines).containsExactly("one", "two");
        }
    }

    @Test
    void logThatIsThereMustNotStall() {
        adapter.close();
        adapter = HttpAdapter.builder(server.url())
                .timeouts(
                        Timeouts.builder().betweenTokens(Duration.ofMillis(150)).build())
                .build();
        server.on("/logs", exchange -> chunked(exchange).send("one\n").stall());
        try (Stream<String> lines = logs(LogOptions.soFar())) {
            assertThatThrownBy(lines::toList).isInstanceOf(TimedOutException.class);
        }
    }

    @Test
    void closeFromAnotherThreadEndsTheReading() throws InterruptedException {
        endsTheReading((lines, reader) -> lines.close());
    }

    @Test
    void interruptEndsTheReading() throws InterruptedException {
        endsTheReading((lines, reader) -> reader.interrupt());
    }

    @Test
    void closeOfTheAdapterEndsTheReading() throws InterruptedException {
        endsTheReading((lines, reader) -> adapter.close());
    }

    private void endsTheReading(BiConsumer<Stream<String>, Thread> end) throws InterruptedException {
        server.on("/logs", exchange -> chunked(exchange).send("one\nhalf").stall());
        List<String> read = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        try (Stream<String> lines = logs(LogOptions.following())) {
            Thread reader = new Thread(() -> outcome.complete(catchThrowable(() -> lines.forEach(line -> {
                read.add(line);
                first.complete(null);
            }))));
            reader.start();
            first.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
            end.accept(lines, reader);
            server.awaitClientClosed(SOON);
            reader.join(SOON.toMillis());
            assertThat(outcome).isCompletedWithValueMatching(CancelledException.class::isInstance);
            assertThat(read).containsExactly("one");
        }
    }

    @Test
    void closedBeforeItIsReadItIsCancelled() {
        Stream<String> lines = logs(LogOptions.following());
        Iterator<String> iterator = lines.iterator();
        lines.close();
        assertThatThrownBy(iterator::hasNext).isInstanceOf(CancelledException.class);
        assertThat(iterator.hasNext()).isFalse();
    }

    @Test
    void cutLogIsBrokenBehindItsLines() {
        server.on("/logs", exchange -> chunked(exchange).send("one\ntwo\nthr").cut());
        try (Stream<String> lines = logs(LogOptions.following())) {
            Iterator<String> iterator = lines.iterator();
            assertThat(iterator.next()).isEqualTo("one");
            assertThat(iterator.next()).isEqualTo("two");
            assertThatThrownBy(iterator::hasNext).isInstanceOf(BrokenAnswerException.class);
            assertThat(iterator.hasNext()).isFalse();
        }
    }

    @Test
    void runnerWithoutALogSaysSo() {
        server.on("/logs", exchange -> exchange.answer(404, "text/plain", "service log not found\n"));
        try (Stream<String> lines = logs(LogOptions.soFar())) {
            assertThatThrownBy(lines::toList)
                    .isInstanceOf(OperationMissingException.class)
                    .hasMessageContaining("service log not found");
        }
        server.on("/logs", Script.replay(Recordings.load("service/unknown-path")));
        try (Stream<String> lines = logs(LogOptions.soFar())) {
            assertThatThrownBy(lines::toList).isInstanceOf(OperationMissingException.class);
        }
    }

    private static Script text(String log) {
        return exchange -> exchange.answer(200, "text/plain; charset=utf-8", log);
    }

    private static Exchange chunked(Exchange exchange) throws IOException {
        return exchange.head(200, "Content-Type: text/plain; charset=utf-8", "Transfer-Encoding: chunked");
    }

    private Stream<String> logs(LogOptions options) {
        return adapter.power(RunnerControl.class).orElseThrow().logs(options);
    }
}
