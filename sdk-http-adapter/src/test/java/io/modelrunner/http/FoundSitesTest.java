package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.Attempt;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.Remedy;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.EndpointLocator.Stage;
import io.modelrunner.discovery.RunnerNotFoundException;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.PurgeConfirmation;
import io.modelrunner.testing.ReceivedRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How requests get to a runner that is looked for, and to another one when it is gone. */
@Timeout(60)
class FoundSitesTest {
    private static final ChatRequest REQUEST = ChatRequest.of(ScriptedRunner.MODEL, "Hello");
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofSeconds(40);

    /** Long enough for a machine that has other things to do. */
    private static final Search.Patience PATIENT = new Search.Patience(LONG, LONG, LONG);

    private final ScriptedRunner first = new ScriptedRunner();
    private final ScriptedRunner second = new ScriptedRunner();
    private final CountDownLatch end = new CountDownLatch(1);

    /** The first search of a process loads classes, which takes its time on a busy machine. */
    @BeforeAll
    static void loadClasses() {
        new HttpProber(HttpAdapter.builder("localhost").wires(), false).close();
    }

    @BeforeEach
    void start() {
        first.start();
        second.start();
    }

    @AfterEach
    void close() {
        end.countDown();
        first.close();
        second.close();
    }

    @Test
    void textOfItSaysWhereItAsksAndBeginsNoSearch() {
        try (HttpAdapter fixed =
                        HttpAdapter.builder("localhost:12434").apiKey("secret").build();
                HttpAdapter adapter = adapter(usual("a", first.url()))) {
            assertThat(fixed).hasToString("HttpAdapter[http://localhost:12434]");
            assertThat(adapter).hasToString("HttpAdapter[a model runner that is yet to be found]");
            assertThat(adapter.chat(REQUEST).text()).isEqualTo(ScriptedRunner.ANSWER);
            assertThat(adapter).hasToString("HttpAdapter[" + first.url() + "]");
        }
    }

    @Test
    void firstCallFindsTheRunner() {
        try (HttpAdapter adapter = adapter(usual("a", first.url()), usual("b", second.url()))) {
            assertThat(first.server().requests()).isEmpty();
            assertThat(adapter.chat(REQUEST).text()).isEqualTo(ScriptedRunner.ANSWER);
            assertThat(adapter.endpoint()).hasToString(first.url());
            assertThat(adapter.place().source()).isEqualTo("a");
            assertThat(chats(second)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callThatFindsItsRunnerGoneGoesToTheNext(boolean streamed) {
        try (HttpAdapter adapter = adapter(usual("a", first.url()), usual("b", second.url()))) {
            assertThat(adapter.endpoint()).hasToString(first.url());
            endFirst();

            ChatResponse response = ask(adapter, streamed);
            assertThat(response.text()).isEqualTo(ScriptedRunner.ANSWER);
            assertThat(response.timeline().attempts())
                    .extracting(Attempt::endpoint)
                    .containsExactly(first.url(), second.url());
            assertThat(adapter.place().source()).isEqualTo("b");
        }
    }

    @Test
    void connectionsThatWentWithTheRunnerAreNotUsed() {
        try (HttpAdapter adapter = adapter(usual("a", first.url()), usual("b", second.url()))) {
            adapter.chat(REQUEST);
            endFirst();

            assertThat(adapter.chat(REQUEST).text()).isEqualTo(ScriptedRunner.ANSWER);
            assertThat(chats(second)).hasSize(1);
        }
    }

    @Test
    void orderToRemoveAllModelsGoesToNoOtherRunner() {
        try (HttpAdapter adapter = adapter(usual("a", first.url()), usual("b", second.url()))) {
            adapter.chat(REQUEST);
            endFirst();
            ModelStore models = adapter.power(ModelStore.class).orElseThrow();

            assertThatExceptionOfType(RunnerUnreachableException.class)
                    .isThrownBy(() -> models.purge(PurgeConfirmation.DELETE_ALL_MODELS));
            assertThat(second.server().requests())
                    .extracting(ReceivedRequest::method)
                    .doesNotContain("DELETE");
        }
    }

    @Test
    void storeAndControlTellWhatWasTriedToo() {
        try (HttpAdapter adapter = adapter(usual("a", "http://127.0.0.1:1"))) {
            assertThatExceptionOfType(RunnerNotFoundException.class)
                    .isThrownBy(adapter.power(ModelStore.class).orElseThrow()::list);
            assertThatExceptionOfType(RunnerNotFoundException.class)
                    .isThrownBy(adapter.power(RunnerControl.class).orElseThrow()::running);
        }
    }

    /** The end of a connection takes a moment to get to the client, who can't be asked whether it has seen it. */
    private void endFirst() {
        first.close();
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }

    /** A request that was sent may have run, and is not sent again for its caller. */
    @Test
    void callBehindOneThatBrokeGoesToTheNext() {
        try (HttpAdapter adapter = adapter(usual("a", first.url()), usual("b", second.url()))) {
            adapter.chat(REQUEST);
            first.server().on("/engines/v1/chat/completions", exchange -> {
                exchange.request();
                exchange.cut();
            });
            assertThatThrownBy(() -> adapter.chat(REQUEST)).isInstanceOf(BrokenAnswerException.class);
            endFirst();

            assertThat(adapter.chat(REQUEST).text()).isEqualTo(ScriptedRunner.ANSWER);
            assertThat(chats(second)).hasSize(1);
        }
    }

    @Test
    void answerUnderWayIsNotCutWhenAnotherPlaceIsTaken() throws IOException {
        try (Relay door = Relay.tcp(first.server().port());
                HttpAdapter adapter = adapter(usual("a", "http://127.0.0.1:" + door.port()), usual("b", second.url()));
                ChatStream endless = adapter.stream(ChatRequest.of(ScriptedRunner.MODEL, ScriptedRunner.ENDLESS))) {
            Iterator<String> text = endless.text().iterator();
            assertThat(text.next()).isEqualTo("on ");
            door.stopListening();

            assertThat(adapter.chat(REQUEST).text()).isEqualTo(ScriptedRunner.ANSWER);
            assertThat(adapter.place().source()).isEqualTo("b");
            assertThat(chats(second)).hasSize(1);
            for (int i = 0; i < 100; i++) {
                assertThat(text.next()).isEqualTo("on ");
            }
        }
    }

    @Test
    void placeThatIsFoundAgainKeepsItsConnections() {
        try (HttpAdapter adapter = adapter(usual("a", first.url()))) {
            adapter.chat(REQUEST);
            Attempts attempts = new Attempts(adapter, Timeouts.defaults());
            Site site = adapter.site(attempts);
            assertThat(adapter.lost(site)).isTrue();
            int before = first.server().connectionsAccepted();

            assertThat(adapter.site(attempts)).isSameAs(site);
            int ofTheSearch = first.server().connectionsAccepted() - before;
            adapter.chat(REQUEST);
            assertThat(first.server().connectionsAccepted()).isEqualTo(before + ofTheSearch);
        }
    }

    @Test
    void healthFindsTheNextRunnerToo() {
        try (HttpAdapter adapter = adapter(usual("a", first.url()), usual("b", second.url()))) {
            assertThat(adapter.health().isUp()).isTrue();
            endFirst();

            assertThat(adapter.health().isUp()).isFalse();
            assertThat(adapter.health().detail()).endsWith(second.url());
        }
    }

    @Test
    void manyCallersWaitForOneSearch() throws Exception {
        AtomicInteger searches = new AtomicInteger();
        CountDownLatch allAsk = new CountDownLatch(1);
        EndpointLocator counting = new Known("a", Stage.USUAL, () -> {
            searches.incrementAndGet();
            Known.stuck(allAsk);
            return List.of(Known.place("a", first.url()));
        });
        try (HttpAdapter adapter = adapter(counting)) {
            List<CompletableFuture<ChatResponse>> answers = new ArrayList<>();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
                answers.add(answer);
                Thread caller = new Thread(() -> answer.complete(adapter.chat(REQUEST)));
                callers.add(caller);
                caller.start();
            }
            callers.forEach(FoundSitesTest::awaitWaiting);
            allAsk.countDown();
            for (CompletableFuture<ChatResponse> answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS).text()).isEqualTo(ScriptedRunner.ANSWER);
            }
            assertThat(searches).hasValue(1);
        }
    }

    @Test
    void keyIsNotShownToWhoeverMayBeThere() {
        try (HttpAdapter adapter =
                builder(usual("a", first.url())).apiKey("hunter2").build()) {
            adapter.chat(REQUEST);
            assertThat(first.server().requests()).hasSizeGreaterThan(1).allSatisfy(request -> {
                boolean chat = request.path().endsWith("/chat/completions");
                assertThat(request.header("authorization").isPresent()).isEqualTo(chat);
            });
        }
    }

    @Test
    void runnerThatIsNowhereIsToldWithinTheLimit() {
        first.close();
        try (HttpAdapter adapter = builder(
                        Search.Patience.USUAL, usual("a", first.url()), Known.stuck("b", Stage.USUAL, end))
                .build()) {
            long begin = System.nanoTime();
            RunnerNotFoundException e =
                    catchThrowableOfType(RunnerNotFoundException.class, () -> adapter.chat(REQUEST));
            assertThat(since(begin)).isLessThan(SOON);
            assertThat(e.what()).isEqualTo("no model runner was found");
            assertThat(e)
                    .hasMessageContaining("SOURCE", "OUTCOME")
                    .hasMessageContaining(first.url() + "  no answer")
                    .hasMessageContaining("did not say where within the limit")
                    .hasMessageContaining("→ docker model status");
            assertThat(e.adapter()).contains("http");
            assertThat(e.remedies()).contains(new Remedy("docker model install-runner", "you use Docker Engine"));
        }
    }

    @Test
    void runnerThatComesLaterIsFound() {
        List<String> addresses = new ArrayList<>();
        EndpointLocator later = new Known(
                "a",
                Stage.USUAL,
                () -> addresses.stream()
                        .map(address -> Known.place("a", address))
                        .toList());
        try (HttpAdapter adapter = adapter(later)) {
            assertThatThrownBy(() -> adapter.chat(REQUEST)).isInstanceOf(RunnerNotFoundException.class);
            addresses.add(first.url());
            assertThat(adapter.chat(REQUEST).text()).isEqualTo(ScriptedRunner.ANSWER);
        }
    }

    @Test
    void namedPlaceIsFinal() {
        first.close();
        try (HttpAdapter adapter = adapter(Known.named("SOME_VARIABLE", first.url()), usual("b", second.url()))) {
            RunnerNotFoundException e =
                    catchThrowableOfType(RunnerNotFoundException.class, () -> adapter.chat(REQUEST));
            assertThat(chats(second)).isEmpty();
            assertThat(e.what()).startsWith("no model runner can be reached at " + first.url());
            assertThat(e)
                    .hasMessageContaining(second.url() + "  not taken")
                    .hasMessageContaining("which SOME_VARIABLE names, and so no other is taken");
            assertThat(e.remedies().get(0).command()).isEqualTo("unset SOME_VARIABLE");
            assertThat(e.endpoint()).contains(first.url());
        }
    }

    @Test
    void namedPlaceIsReadAgainWhenItIsLost() {
        AtomicInteger asked = new AtomicInteger();
        EndpointLocator moved = new Known(
                "a",
                Stage.NAMED,
                () -> List.of(Known.place("a", asked.getAndIncrement() == 0 ? first.url() : second.url())));
        try (HttpAdapter adapter = adapter(moved)) {
            assertThat(adapter.endpoint()).hasToString(first.url());
            endFirst();
            assertThat(adapter.chat(REQUEST).text()).isEqualTo(ScriptedRunner.ANSWER);
            assertThat(chats(second)).hasSize(1);
        }
    }

    @Test
    void namedPlaceIsNotAskedForMoreThanTheRequest() {
        try (HttpAdapter adapter = adapter(Known.named("a", first.url() + "/engines/v1"))) {
            adapter.chat(REQUEST);
            assertThat(first.server().requests()).hasSize(1);
        }
    }

    @Test
    void namedPlaceThatIsNoneIsRefused() {
        EndpointLocator wrong = new Known("a", Stage.NAMED, () -> {
            throw new InvalidRequestException("SOME_VARIABLE", "an address", "none");
        });
        try (HttpAdapter adapter = adapter(wrong, usual("b", second.url()))) {
            assertThatThrownBy(() -> adapter.chat(REQUEST))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("SOME_VARIABLE must be an address, but is none");
            assertThat(adapter.health().detail()).contains("SOME_VARIABLE");
        }
    }

    @Test
    void limitOfTheRequestHoldsForTheSearch() {
        Duration limit = Duration.ofMillis(300);
        try (HttpAdapter adapter = builder(Known.stuck("a", Stage.USUAL, end))
                .timeouts(Timeouts.builder().answer(limit).build())
                .build()) {
            long begin = System.nanoTime();
            TimedOutException e = catchThrowableOfType(TimedOutException.class, () -> adapter.chat(REQUEST));
            assertThat(since(begin)).isLessThan(SOON);
            assertThat(e.phase()).isEqualTo(Timeouts.Phase.ANSWER);
            assertThat(e.limit()).isEqualTo(limit);
            assertThat(e).hasMessageContaining("PT0.3S");
        }
    }

    @Test
    void closeOfTheStreamEndsTheWait() throws InterruptedException {
        endsTheWait((adapter, stream, reader) -> stream.close());
    }

    @Test
    void interruptEndsTheWait() throws InterruptedException {
        endsTheWait((adapter, stream, reader) -> reader.interrupt());
    }

    @Test
    void closeOfTheAdapterEndsTheWait() throws InterruptedException {
        endsTheWait((adapter, stream, reader) -> adapter.close());
    }

    /** What somebody does to a request that waits for a runner to be found. */
    private interface End {
        void accept(HttpAdapter adapter, ChatStream stream, Thread reader);
    }

    private void endsTheWait(End how) throws InterruptedException {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        try (HttpAdapter adapter = adapter(Known.stuck("a", Stage.USUAL, end));
                ChatStream stream = adapter.stream(REQUEST)) {
            Thread reader = new Thread(() -> outcome.complete(catchThrowable(stream::join)));
            reader.start();
            awaitWaiting(reader);
            long begin = System.nanoTime();
            how.accept(adapter, stream, reader);
            reader.join(SOON.toMillis());
            assertThat(since(begin)).isLessThan(SOON);
            assertThat(outcome).isCompletedWithValueMatching(CancelledException.class::isInstance);
        }
    }

    @Test
    void closedAdapterLooksNoMore() {
        HttpAdapter adapter = adapter(usual("a", first.url()));
        adapter.close();

        assertThatThrownBy(() -> adapter.chat(REQUEST)).isInstanceOf(CancelledException.class);
        assertThatThrownBy(adapter::endpoint).isInstanceOf(CancelledException.class);
        assertThat(first.server().requests()).isEmpty();
    }

    @Test
    void whatIsNoRunnerIsNotTaken() {
        ScriptedRunner elsewhere = new ScriptedRunner("/elsewhere");
        elsewhere.start();
        try (elsewhere;
                HttpAdapter adapter = adapter(usual("a", elsewhere.url()))) {
            ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, () -> adapter.chat(REQUEST));
            assertThat(e)
                    .isInstanceOf(RunnerUnreachableException.class)
                    .hasMessageContaining(elsewhere.url() + "  no runner");
        }
    }

    private static List<ReceivedRequest> chats(ScriptedRunner runner) {
        return runner.server().requests().stream()
                .filter(request -> request.path().endsWith("/chat/completions"))
                .toList();
    }

    private static ChatResponse ask(HttpAdapter adapter, boolean streamed) {
        if (!streamed) {
            return adapter.chat(REQUEST);
        }
        try (ChatStream stream = adapter.stream(REQUEST)) {
            return stream.join();
        }
    }

    private static void awaitWaiting(Thread thread) {
        long until = System.nanoTime() + SOON.toNanos();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime()).as("time until it waits").isLessThan(until);
            Thread.onSpinWait();
        }
    }

    private static EndpointLocator usual(String name, String address) {
        return Known.usual(name, address);
    }

    private static HttpAdapter adapter(EndpointLocator... locators) {
        return builder(locators).build();
    }

    private static HttpAdapter.Builder builder(EndpointLocator... locators) {
        return builder(PATIENT, locators);
    }

    private static HttpAdapter.Builder builder(Search.Patience patience, EndpointLocator... locators) {
        return HttpAdapter.builder(RunnerFinder.builder()
                .locators(locators)
                .patience(patience)
                .surroundings(Places.nowhere())
                .build());
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
