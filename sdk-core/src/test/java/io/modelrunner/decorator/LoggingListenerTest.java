package io.modelrunner.decorator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.adapter.CallInfo;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.Message;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.store.PullEvent;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class LoggingListenerTest {
    private static final String SECRET = Ask.SECRET;

    private final Logger root = Logger.getLogger("");
    private final Logger ours = Logger.getLogger("io.modelrunner");
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            records.add(logged);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final Level before = root.getLevel();

    @BeforeEach
    void logEverything() {
        root.setLevel(Level.ALL);
        handler.setLevel(Level.ALL);
        ours.addHandler(handler);
        ours.setUseParentHandlers(false);
    }

    @AfterEach
    void logAsBefore() {
        ours.removeHandler(handler);
        ours.setUseParentHandlers(true);
        root.setLevel(before);
    }

    private List<String> lines() {
        return records.stream()
                .filter(logged -> !logged.getMessage().startsWith("a mock answers"))
                .map(logged -> logged.getLevel() + " " + logged.getMessage().replaceAll("\\d+ ms", "N ms"))
                .toList();
    }

    private static ChatRequest secret() {
        return ChatRequest.builder("ai/a")
                .system("system " + SECRET)
                .user("earlier " + SECRET)
                .assistant("answer " + SECRET)
                .message(Message.user(
                        ContentPart.text("now " + SECRET), new ContentPart.Image("data:image/png;base64," + SECRET)))
                .build();
    }

    private static MockAdapter mock() {
        return MockAdapter.builder()
                .otherwise(MockReply.pieces("the ", SECRET, " is here"))
                .build();
    }

    private static LLMAdapter chain(CallListener listener, LLMAdapter... steps) {
        return Observed.by(Fallback.of(steps), listener);
    }

    @Test
    void callsAreLogged() {
        LLMAdapter adapter = Observed.by(mock(), LoggingListener.create());
        adapter.chat(ChatRequest.of("ai/a", "Hello"));
        adapter.stream(ChatRequest.of("ai/a", "Hello")).join();

        assertThat(lines())
                .containsExactly(
                        "FINE chat of ai/a by mock: started",
                        "FINE chat of ai/a by mock: answered by mock in N ms, STOP, 1 + 3 tokens",
                        "FINE streamed chat of ai/a by mock: started",
                        "FINE streamed chat of ai/a by mock: first token after N ms",
                        "FINE streamed chat of ai/a by mock: answered by mock in N ms, STOP, 1 + 3 tokens");
    }

    @Test
    void failuresAreLoggedByWhoIsAtFault() {
        CallInfo call = CallInfo.of("http", secret(), true);
        CallListener listener = LoggingListener.create();
        Failure facts = Failure.of("it broke").partialText(SECRET).build();
        Duration took = Duration.ofMillis(5);
        listener.onFailed(call, new BrokenAnswerException(facts), took);
        listener.onFailed(call, new CancelledException(Failure.of("closed").build()), took);
        listener.onFailed(call, new IllegalStateException(SECRET), took);

        assertThat(lines())
                .containsExactly(
                        "WARNING streamed chat of ai/a by http: failed after N ms: BrokenAnswerException",
                        "INFO streamed chat of ai/a by http: failed after N ms: CancelledException",
                        "WARNING streamed chat of ai/a by http: failed after N ms: IllegalStateException");
        assertThat(records).allSatisfy(logged -> assertThat(logged.getThrown()).isNull());
    }

    @Test
    void pullsAreLoggedWithTheirTenths() {
        CallListener listener = LoggingListener.create();
        ModelName model = ModelName.of("ai/a");
        listener.onPull(model, new PullEvent.Started(model, PullEvent.Progress.NONE, 1));
        for (int percent = 0; percent <= 24; percent++) {
            PullEvent.Progress progress = new PullEvent.Progress(percent, 100, percent);
            listener.onPull(model, new PullEvent.LayerProgress(model, progress, "layer", 100, percent));
        }
        listener.onPull(model, new PullEvent.Warning(model, PullEvent.Progress.NONE, "slow"));
        listener.onPull(model, new PullEvent.Done(model, new PullEvent.Progress(100, 100, 100), "done"));

        assertThat(lines())
                .containsExactly(
                        "INFO pulling ai/a",
                        "FINE pulling ai/a: 10 %",
                        "FINE pulling ai/a: 20 %",
                        "INFO pulling ai/a: slow",
                        "INFO pulled ai/a");
    }

    @Test
    void pullThatFailedLeavesNothingBehind() {
        CallListener listener = LoggingListener.create();
        WeakReference<ModelName> pulled = pulledInPart(listener);

        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (pulled.get() != null && System.nanoTime() < end) {
            System.gc();
        }
        assertThat(pulled.get()).isNull();
        assertThat(lines()).containsExactly("INFO pulling ai/a", "FINE pulling ai/a: 40 %");
    }

    private static WeakReference<ModelName> pulledInPart(CallListener listener) {
        ModelName model = ModelName.of("ai/a");
        listener.onPull(model, new PullEvent.Started(model, PullEvent.Progress.NONE, 1));
        PullEvent.Progress progress = new PullEvent.Progress(40, 100, 40);
        listener.onPull(model, new PullEvent.LayerProgress(model, progress, "layer", 100, 40));
        return new WeakReference<>(model);
    }

    @ParameterizedTest
    @EnumSource
    void everyOperationIsLoggedWithoutItsText(Ask ask) {
        ask.of(Observed.by(PowersAdapter.answering("the ", SECRET), LoggingListener.create()));
        LLMAdapter broken = Observed.by(
                PowersAdapter.failing(
                        new BrokenAnswerException(Failure.of(SECRET).build())),
                LoggingListener.create());
        assertThatExceptionOfType(BrokenAnswerException.class).isThrownBy(() -> ask.of(broken));

        String facts = switch (ask.operation()) {
            case CHAT, COMPLETION -> ", STOP, 1 + 2 tokens";
            case EMBEDDING -> ", 5 tokens";
            case RERANKING -> "";
        };
        assertThat(lines())
                .filteredOn(line -> !line.contains("first token"))
                .containsExactly(
                        "FINE " + ask.words() + ": started",
                        "FINE " + ask.words() + ": answered by mock in N ms" + facts,
                        "FINE " + ask.words() + ": started",
                        "WARNING " + ask.words() + ": failed after N ms: BrokenAnswerException");
        assertThat(records).allSatisfy(logged -> {
            assertThat(logged.getMessage()).doesNotContain(SECRET);
            assertThat(logged.getThrown()).isNull();
        });
    }

    @Test
    void noTextIsLoggedAtAnyLevel() {
        LLMAdapter down = new FixedAdapter(request -> {
            throw new RunnerUnreachableException(
                    Failure.of("nobody is there").partialText(SECRET).build());
        });
        MockAdapter broken = MockAdapter.builder()
                .otherwise(MockReply.pieces(SECRET, SECRET)
                        .thenFailure(() -> new BrokenAnswerException(
                                Failure.of("cut").partialText(SECRET).build())))
                .build();
        LLMAdapter works = chain(LoggingListener.create(), down, broken, mock());
        works.chat(secret());
        try (ChatStream stream = chain(LoggingListener.create(), down, mock()).stream(secret())) {
            stream.iterator().next();
        }
        assertThatExceptionOfType(BrokenAnswerException.class)
                .isThrownBy(() -> works.stream(secret()).join());
        LLMAdapter wrong = chain(LoggingListener.create(), down, new FixedAdapter(request -> {
            throw new IllegalStateException(SECRET);
        }));
        assertThatIllegalStateException().isThrownBy(() -> wrong.chat(secret()));
        CallListener listenerAtFault = new CallListener() {
            @Override
            public void onStart(CallInfo call) {
                throw new IllegalStateException("a listener at fault");
            }
        };
        ConcurrencyLimit limited =
                ConcurrencyLimit.of(Caching.of(Observed.by(mock(), LoggingListener.create(), listenerAtFault)), 1);
        limited.chat(secret());

        assertThat(records).hasSizeGreaterThan(10);
        assertThat(records).allSatisfy(logged -> {
            assertThat(logged.getMessage()).doesNotContain(SECRET);
            assertThat(String.valueOf(logged.getThrown())).doesNotContain(SECRET);
        });
    }

    @Test
    void textIsLoggedIfThatIsWanted() {
        Observed.by(mock(), LoggingListener.withText()).chat(secret());

        assertThat(lines())
                .containsExactly(
                        "FINE chat of ai/a by mock: started: system: system xyzzy | user: earlier xyzzy"
                                + " | assistant: answer xyzzy | user: now xyzzy Image[27 characters]",
                        "FINE chat of ai/a by mock: answered by mock in N ms, STOP, 4 + 3 tokens: the xyzzy is here");
    }

    @ParameterizedTest
    @EnumSource
    void textOfEveryOperationIsLoggedIfThatIsWanted(Ask ask) {
        ask.of(Observed.by(PowersAdapter.answering("the answer"), LoggingListener.withText()));

        String asked = switch (ask.operation()) {
            case CHAT -> "user: xyzzy";
            case COMPLETION, EMBEDDING -> "xyzzy";
            case RERANKING -> "query: xyzzy | xyzzy";
        };
        assertThat(lines()).startsWith("FINE " + ask.words() + ": started: " + asked);
        boolean hasText =
                ask.operation() == CallInfo.Operation.CHAT || ask.operation() == CallInfo.Operation.COMPLETION;
        assertThat(lines().get(lines().size() - 1).endsWith("tokens: the answer"))
                .isEqualTo(hasText);
    }
}
