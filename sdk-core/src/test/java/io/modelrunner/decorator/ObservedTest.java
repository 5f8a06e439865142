package io.modelrunner.decorator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.Failure;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.adapter.CallInfo;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ObservedTest {
    private static final ChatRequest HELLO = ChatRequest.of("ai/a", "Hello");

    private final Notes notes = new Notes();

    private LLMAdapter observed(LLMAdapter adapter) {
        return Observed.by(adapter, notes);
    }

    @Test
    void chatIsToldWithItsStartAndItsAnswer() {
        ChatResponse response = observed(MockAdapter.echo()).chat(HELLO);

        assertThat(notes.lines()).containsExactly("start of chat of ai/a by mock", "completed Hello");
        assertThat(notes.calls())
                .singleElement()
                .satisfies(call -> assertThat(call.request(ChatRequest.class)).containsSame(HELLO));
        assertThat(response.text()).isEqualTo("Hello");
    }

    @Test
    void streamIsToldWithItsFirstPull() {
        MockAdapter mock =
                MockAdapter.builder().otherwise(MockReply.pieces("a", "b", "c")).build();
        try (ChatStream stream = observed(mock).stream(HELLO)) {
            assertThat(notes.lines()).isEmpty();
            Iterator<ChatEvent> events = stream.iterator();
            events.next();
            assertThat(notes.lines()).containsExactly("start of streamed chat of ai/a by mock", "first");
            stream.join();
        }
        assertThat(notes.lines()).containsExactly("start of streamed chat of ai/a by mock", "first", "completed abc");
        assertThat(notes.calls()).hasSize(1);
    }

    @Test
    void ofAnAnswerWithoutATokenNoFirstOneIsTold() {
        LLMAdapter silent = observed(new FixedAdapter(
                request -> ChatResponse.builder(request.model(), "fixed").build()));
        silent.stream(HELLO).join();

        assertThat(notes.lines()).containsExactly("start of streamed chat of ai/a by fixed", "completed ");
    }

    @Test
    void streamThatIsClosedEarlyHasFailedOnce() {
        MockAdapter mock =
                MockAdapter.builder().otherwise(MockReply.pieces("a", "b", "c")).build();
        ChatStream stream = observed(mock).stream(HELLO);
        stream.iterator().next();
        stream.close();
        stream.close();
        assertThatExceptionOfType(CancelledException.class).isThrownBy(stream::join);

        assertThat(notes.lines())
                .containsExactly("start of streamed chat of ai/a by mock", "first", "failed CancelledException");
    }

    @Test
    void ofAStreamThatWasNeverPulledNothingIsTold() {
        ChatStream stream = observed(MockAdapter.echo()).stream(HELLO);
        stream.close();
        assertThatExceptionOfType(CancelledException.class).isThrownBy(stream::join);
        assertThat(notes.lines()).isEmpty();
    }

    @Test
    void readerThatIsWokenTellsTheEndAsItWasToldIt() throws InterruptedException {
        GatedAdapter gated = new GatedAdapter();
        ChatStream stream = observed(gated).stream(HELLO);
        Caller<ChatResponse> reader = Caller.start(stream::join);
        gated.begun().awaitReached(); // with the second pull: the first has its event and ends at once
        stream.close();
        assertThatExceptionOfType(CancelledException.class).isThrownBy(reader::result);

        assertThat(notes.awaitEnd()).isTrue();
        assertThat(notes.lines()).hasSize(3).last().isEqualTo("failed CancelledException");
        assertThat(notes.failure()).hasMessage("cancelled behind");
    }

    @Test
    void closeBeneathAReaderWhoPullsNoMoreIsTold() {
        AtomicReference<ChatStream> stream = new AtomicReference<>();
        FixedAdapter closing = new FixedAdapter(request -> {
            stream.get().close(); // while the reader waits for this event
            return ChatResponse.builder(request.model(), "fixed")
                    .appendText("abc")
                    .build();
        });
        stream.set(observed(closing).stream(HELLO));

        assertThat(stream.get().iterator().next()).isEqualTo(new ChatEvent.Text("a"));
        assertThat(notes.lines())
                .containsExactly("start of streamed chat of ai/a by fixed", "first", "failed CancelledException");
    }

    @RepeatedTest(200)
    void closeThatMeetsAReaderIsToldOnceAndLast() throws InterruptedException {
        FixedAdapter quick = new FixedAdapter(request -> ChatResponse.builder(request.model(), "fixed")
                .appendText("a".repeat(200))
                .build());
        ChatStream stream = observed(quick).stream(HELLO);
        Caller<Boolean> reader = Caller.start(() -> {
            try {
                Iterator<ChatEvent> events = stream.iterator();
                for (int i = 0; i < 150; i++) {
                    events.next();
                }
            } catch (CancelledException e) {
                return true;
            }
            return false; // without pulling again
        });
        assertThat(notes.awaitFirst()).isTrue();
        stream.close();
        reader.result();

        assertThat(notes.awaitEnd()).isTrue();
        assertThat(notes.lines())
                .containsExactly("start of streamed chat of ai/a by fixed", "first", "failed CancelledException");
    }

    @Test
    void failureIsToldAsItIs() {
        BrokenAnswerException broken =
                new BrokenAnswerException(Failure.of("broken").build());
        MockAdapter mock =
                MockAdapter.builder().otherwise(MockReply.failure(() -> broken)).build();

        assertThatExceptionOfType(BrokenAnswerException.class)
                .isThrownBy(() -> observed(mock).chat(HELLO))
                .isSameAs(broken);
        assertThat(notes.failure()).isSameAs(broken);
        assertThatExceptionOfType(BrokenAnswerException.class)
                .isThrownBy(() -> observed(mock).stream(HELLO).join());
        assertThat(notes.lines())
                .containsExactly(
                        "start of chat of ai/a by mock",
                        "failed BrokenAnswerException",
                        "start of streamed chat of ai/a by mock",
                        "failed BrokenAnswerException");
    }

    @Test
    void adapterAtFaultIsTold() {
        LLMAdapter wrong = observed(new FixedAdapter(request -> {
            throw new IllegalStateException("wrong");
        }));

        assertThatIllegalStateException().isThrownBy(() -> wrong.chat(HELLO));
        assertThatIllegalStateException().isThrownBy(() -> wrong.stream(HELLO).join());
        assertThat(notes.lines())
                .filteredOn("failed IllegalStateException"::equals)
                .hasSize(2);
    }

    @Test
    void errorIsToldAsTheEndOfTheCall() {
        LLMAdapter wrong = observed(new FixedAdapter(request -> {
            throw new AssertionError("wrong");
        }));

        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> wrong.chat(HELLO));
        assertThat(notes.failure()).isInstanceOf(IllegalStateException.class).hasRootCauseMessage("wrong");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> wrong.stream(HELLO).join());
        assertThat(notes.lines()).hasSize(4);
    }

    @Test
    void streamThatIsRefusedWasNoCall() {
        LLMAdapter narrow =
                observed(MockAdapter.builder().without(Capability.OUTPUT_LIMITS).build());
        ChatRequest limited = HELLO.toBuilder().maxTokens(1).build();

        assertThatExceptionOfType(UnsupportedOptionException.class).isThrownBy(() -> narrow.stream(limited));
        assertThat(notes.lines()).isEmpty();
        assertThatExceptionOfType(UnsupportedOptionException.class).isThrownBy(() -> narrow.chat(limited));
        assertThat(notes.lines()).hasSize(2);
    }

    @Test
    void listenerThatThrowsHarmsNobody() {
        CallListener wrong = new CallListener() {
            @Override
            public void onStart(CallInfo call) {
                throw new IllegalStateException("a listener at fault");
            }
        };
        LLMAdapter adapter = Observed.by(MockAdapter.echo(), wrong, notes);

        assertThat(adapter.chat(HELLO).text()).isEqualTo("Hello");
        assertThat(notes.lines()).hasSize(2);
    }

    @Test
    void withoutListenersItIsTheAdapterItself() {
        MockAdapter mock = MockAdapter.echo();
        assertThat(Observed.by(mock)).isSameAs(mock);
    }

    @Test
    void restIsHandedOn() {
        GatedAdapter gated = new GatedAdapter();
        LLMAdapter adapter = observed(gated);
        assertThat(adapter.name()).isEqualTo(GatedAdapter.NAME);
        assertThat(adapter.capabilities()).isEqualTo(gated.capabilities());
        assertThat(adapter.listModels()).hasSize(1);
        assertThat(adapter.power(GatedAdapter.class)).containsSame(gated);
        assertThat(adapter.power(Observed.class)).containsSame((Observed) adapter);
        assertThat(adapter).hasToString("Observed[" + gated + "]");
        adapter.close();
        assertThat(adapter.health().isUp()).isFalse();
        assertThatNullPointerException().isThrownBy(() -> adapter.chat(null));
        assertThat(notes.lines()).isEmpty();
    }
}
