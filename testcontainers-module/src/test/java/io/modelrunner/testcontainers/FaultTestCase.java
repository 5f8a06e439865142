package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.testing.LeakCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What tests share of what happens to a real runner; after each, no connection to it and no thread may be left. */
@Timeout(120)
@RequiresDocker
abstract class FaultTestCase {
    static final ChatRequest PING = ChatRequest.builder(LlamaCppContainer.TINY)
            .user("ping")
            .temperature(0)
            .build();
    static final ChatRequest ENDLESS = ChatRequest.builder(LlamaCppContainer.TINY)
            .user("Repeat: la la la la la la la la la la la la")
            .temperature(0)
            .extra("ignore_eos", true)
            .build();
    static final String MOCKED = "I am a mock.";

    /** Sooner than any limit that would end a call unless the test sets one: the shortest is a minute between two tokens. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final int BEGINNINGS = 5;

    final FaultyRunner runner = FaultyRunner.started();

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of().watch("the runner", runner::connections);

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        runner.close();
    }

    /** {@return what is closed after the test} */
    final <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    final HttpAdapter http() {
        return opened(HttpAdapter.at(runner.publishedUrl()));
    }

    static MockAdapter mock() {
        return MockAdapter.builder().otherwise(MockReply.text(MOCKED)).build();
    }

    /** Reads some of an answer that has no end. */
    static void readSome(Iterator<ChatEvent> events) {
        for (int piece = 0; piece < 5; piece++) {
            assertThat(events.next()).isInstanceOf(ChatEvent.Text.class);
        }
    }

    /** {@return what reading on fails with} */
    static <T extends ModelRunnerException> T failure(Class<T> type, Iterator<ChatEvent> events) {
        return failure(type, () -> events.forEachRemaining(event -> {}));
    }

    /** {@return what a call soon fails with} */
    static <T extends ModelRunnerException> T failure(Class<T> type, ThrowingCallable call) {
        long begin = System.nanoTime();
        T failure = catchThrowableOfType(type, call);
        assertThat(failure).isNotNull();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
        return failure;
    }

    /** {@return what comes of a call on a thread of its own} */
    static <T> CompletableFuture<T> inBackground(Supplier<T> call) {
        return CompletableFuture.supplyAsync(call, work -> new Thread(work, "test").start());
    }

    /**
     * {@return an answer that has begun, and has no end} What the test does to the runner is to exceed the limit between two
     * tokens; where a machine that stalls has done so before, another answer is begun.
     */
    final Iterator<ChatEvent> begun(LLMAdapter adapter, ChatRequest request) {
        for (int left = BEGINNINGS - 1; ; left--) {
            ChatStream stream = opened(adapter.stream(request));
            try {
                Iterator<ChatEvent> events = stream.iterator();
                readSome(events);
                return events;
            } catch (TimedOutException e) {
                if (left == 0 || e.phase() != Timeouts.Phase.BETWEEN_TOKENS) {
                    throw e;
                }
            }
        }
    }

    @BeforeEach
    void answers() {
        assertThat(http().chat(PING).text()).isEqualTo("pong");
    }
}
