package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.CancelledException;
import io.modelrunner.ContextOverflowException;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.http.HttpAdapter;
import java.time.Duration;
import java.util.Iterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is too long for a real model, is given up half-way, or has the next request close behind it. */
class LongAnswerIT {
    @RegisterExtension
    static final RealRunner server = RealRunner.of(new LlamaCppContainer().withTinyModel());

    /** With a context that moves on, an answer has no end, however slow its reader is. */
    @RegisterExtension
    static final RealRunner tireless =
            RealRunner.of(new LlamaCppContainer().withTinyModel().withArgs("--context-shift"));

    private static final String LONG = "Repeat: la la la la la la la la la la la la";
    private static final int CONTEXT = 2_048;
    private static final int TOKENS_OF_A_CHAT = 9;
    private static final int TURNS = 200;

    private static HttpAdapter adapter;

    @BeforeAll
    static void open() {
        adapter = server.adapter();
    }

    @AfterAll
    static void close() {
        adapter.close();
    }

    @ParameterizedTest
    @EnumSource
    void overflowOfTheContextTellsBothCounts(Way way) {
        int words = CONTEXT - TOKENS_OF_A_CHAT + 1;
        ChatRequest request = asking("word ".repeat(words)).build();

        ContextOverflowException failure =
                catchThrowableOfType(ContextOverflowException.class, () -> way.ask(adapter, request));

        assertThat(failure).isNotNull().hasNoCause();
        assertThat(failure.promptTokens()).hasValue(words + TOKENS_OF_A_CHAT);
        assertThat(failure.contextTokens()).hasValue(CONTEXT);
        assertThat(failure).hasStatus(400).isNotWorthTryingElsewhere();
    }

    @ParameterizedTest
    @EnumSource
    void answerUntilTheContextIsFullIsNoFailure(Way way) {
        ChatResponse response = way.ask(adapter, asking(LONG).build());

        assertThat(response).hasFinishReason(FinishReason.LENGTH).isCutOff();
        assertThat(response.usage().orElseThrow().completionTokens()).isGreaterThan(1_900);
    }

    @Test
    @SuppressWarnings("try") // closing early is what is tested
    void serverStopsWhenALongStreamIsClosed() {
        ChatRequest endless = asking(LONG).extra("ignore_eos", true).build();
        try (HttpAdapter other = tireless.adapter();
                ChatStream stream = other.stream(endless)) {
            Iterator<ChatEvent> events = stream.iterator();
            for (int piece = 0; piece < 20; piece++) {
                events.next();
            }
            assertThat(tireless.isIdleNow()).isFalse();

            stream.close();

            assertThat(tireless.stopsComputingWithin(Duration.ofSeconds(30))).isTrue();
            CancelledException failure = catchThrowableOfType(CancelledException.class, events::next);
            assertThat(failure).isNotNull();
            assertThat(failure.partialText()).startsWith("la la la");
        }
    }

    @Test
    void chatBehindAClosedStreamIsAnswered() {
        for (int turn = 0; turn < 10; turn++) {
            try (ChatStream stream = adapter.stream(asking(LONG).build())) {
                stream.iterator().next();
            }
            assertThat(adapter.chat(asking("ping").build())).hasText("pong");
        }
    }

    @Test
    void eachChatAtOnceBehindAStreamIsAnswered() {
        ChatRequest ping = asking("ping").build();
        // Docker Model Runner fails now and then right behind a stream, and is asked a second time.
        int mostAttempts = RealRunner.isGiven() ? 2 : 1;
        for (int turn = 0; turn < TURNS; turn++) {
            for (Way way : new Way[] {Way.STREAMED, Way.WHOLE}) {
                ChatResponse response = way.ask(adapter, ping);

                assertThat(response).hasText("pong");
                assertThat(response.timeline().attempts()).hasSizeBetween(1, mostAttempts);
            }
        }
    }

    private static ChatRequest.Builder asking(String question) {
        return ChatRequest.builder(server.model().text()).user(question).temperature(0);
    }
}
