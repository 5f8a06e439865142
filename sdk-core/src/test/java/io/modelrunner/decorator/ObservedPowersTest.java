package io.modelrunner.decorator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.modelrunner.Answer;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.adapter.CallInfo;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.Completer;
import io.modelrunner.adapter.FallbackEvent;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.adapter.Preloader;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.Reranker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of call is told, whichever power it is made by. */
@Timeout(30)
class ObservedPowersTest {
    private final Notes notes = new Notes();
    private final LLMAdapter works = Observed.by(PowersAdapter.answering("the ", "answer"), notes);

    @ParameterizedTest
    @EnumSource
    void callIsToldWithItsStartAndItsAnswer(Ask ask) {
        Instant before = Instant.now();
        Answer answer = ask.of(works);

        assertThat(notes.lines()).startsWith("start of " + ask.words()).hasSize(ask.streamed() ? 3 : 2);
        assertThat(notes.lines().contains("first")).isEqualTo(ask.streamed());
        assertThat(notes.lines()).last().asString().startsWith("completed ");
        assertThat(notes.answer()).isSameAs(answer);
        assertThat(notes.calls()).singleElement().satisfies(call -> {
            assertThat(call.operation()).isEqualTo(ask.operation());
            assertThat(call.streamed()).isEqualTo(ask.streamed());
            assertThat(call.model()).isEqualTo(ModelName.of("ai/a"));
            assertThat(call.adapter()).isEqualTo("mock");
            assertThat(call.started()).isBetween(before, Instant.now());
            assertThat((Object) call.request(ask.request().getClass()).orElseThrow())
                    .isSameAs(ask.request());
            assertThat(call.request(String.class)).isEmpty();
            assertThat(call).asString().doesNotContain(Ask.SECRET);
        });
    }

    @ParameterizedTest
    @EnumSource
    void callThatFailsIsToldOnce(Ask ask) {
        BrokenAnswerException broken =
                new BrokenAnswerException(Failure.of("broken").build());
        LLMAdapter fails = Observed.by(PowersAdapter.failing(broken), notes);

        assertThatExceptionOfType(BrokenAnswerException.class)
                .isThrownBy(() -> ask.of(fails))
                .isSameAs(broken);
        assertThat(notes.lines()).containsExactly("start of " + ask.words(), "failed BrokenAnswerException");
        assertThat(notes.failure()).isSameAs(broken);
        assertThat(notes.calls()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void answerTellsWhatAllAnswersHave(Ask ask) {
        Answer answer = ask.of(works);

        assertThat(answer.model()).isEqualTo(ModelName.of("ai/a"));
        assertThat(answer.adapter()).isEqualTo("mock");
        assertThat(answer.timeline()).isNotNull();
        switch (ask.operation()) {
            case CHAT, COMPLETION -> {
                assertThat(answer.promptTokens()).hasValue(1);
                assertThat(answer.completionTokens()).hasValue(2);
            }
            case EMBEDDING -> {
                assertThat(answer.promptTokens()).hasValue(5);
                assertThat(answer.completionTokens()).isEmpty();
            }
            case RERANKING -> {
                assertThat(answer.promptTokens()).isEmpty();
                assertThat(answer.completionTokens()).isEmpty();
            }
        }
    }

    @Test
    void streamedCompletionIsToldWithItsFirstPullAndItsClose() {
        Completer completer = works.power(Completer.class).orElseThrow();
        ChatStream stream = completer.streamCompletion(CompletionRequest.of("ai/a", "Hello"));
        assertThat(notes.lines()).isEmpty();
        stream.iterator().next();
        stream.close();

        assertThat(notes.lines())
                .containsExactly("start of streamed completion of ai/a by mock", "first", "failed CancelledException");
        assertThat(((CancelledException) notes.failure()).model()).contains(ModelName.of("ai/a"));
        assertThat(((CancelledException) notes.failure()).adapter()).contains("mock");
    }

    @Test
    void powerAskedForByTheClassOfTheAdapterIsNotTold() {
        Ask.EMBEDDING.of(works.power(PowersAdapter.class).orElseThrow());
        assertThat(notes.lines()).isEmpty();
    }

    @Test
    void preloadIsNotTold() {
        works.power(Preloader.class).orElseThrow().preload("ai/a", Preloader.Purpose.EMBEDDING);
        assertThat(notes.lines()).isEmpty();
    }

    @Test
    void powersThatAreNotThereAreNotMadeUp() {
        LLMAdapter without = Observed.by(MockAdapter.echo(), notes);
        for (Class<?> power : List.of(Completer.class, Embedder.class, Reranker.class, Preloader.class)) {
            assertThat(without.power(power)).isEmpty();
        }
    }

    @Test
    void callWithoutARequestIsNoCall() {
        Completer completer = works.power(Completer.class).orElseThrow();
        Embedder embedder = works.power(Embedder.class).orElseThrow();
        Reranker reranker = works.power(Reranker.class).orElseThrow();
        assertThatNullPointerException().isThrownBy(() -> completer.complete(null));
        assertThatNullPointerException().isThrownBy(() -> completer.streamCompletion(null));
        assertThatNullPointerException().isThrownBy(() -> embedder.embed(null));
        assertThatNullPointerException().isThrownBy(() -> reranker.rerank(null));
        assertThat(notes.lines()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"CHAT", "STREAM"})
    void fallbackIsToldByTheThreadThatToldTheStart(Ask ask) {
        Scoped scoped = new Scoped();
        MockAdapter down = MockAdapter.builder()
                .otherwise(MockReply.failure(() ->
                        new RunnerUnreachableException(Failure.of("nobody").build())))
                .build();
        Fallback chain = Fallback.builder()
                .step(down)
                .step(MockAdapter.echo())
                .listener(scoped)
                .build();
        try (LLMAdapter adapter = Observed.by(chain, scoped)) {
            ask.of(adapter);
            ask.of(adapter);
        }
        assertThat(scoped.begun).hasSize(2);
        assertThat(scoped.fallenBack).containsExactlyElementsOf(scoped.begun);
        assertThat(scoped.current.get()).isNull();
    }

    /** Joins fallbacks to calls as the Javadoc of listeners says. */
    private static final class Scoped implements CallListener {
        private final ThreadLocal<CallInfo> current = new ThreadLocal<>();
        private final List<CallInfo> begun = new ArrayList<>();
        private final List<CallInfo> fallenBack = new ArrayList<>();

        @Override
        public void onStart(CallInfo call) {
            begun.add(call);
            current.set(call);
        }

        @Override
        public void onFallback(FallbackEvent event) {
            fallenBack.add(current.get());
        }

        @Override
        public void onFirstToken(CallInfo call, Duration after) {
            current.remove();
        }

        @Override
        public void onCompleted(CallInfo call, Answer answer, Duration took) {
            current.remove();
        }
    }
}
