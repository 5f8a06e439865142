package io.modelrunner.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChatStreamTest {
    @Test
    void iteratorGivesEventsInOrder() {
        ScriptedSource source = ScriptedSource.of("a", "b");
        List<ChatEvent> events = new ArrayList<>();
        try (ChatStream stream = ChatStream.of(source)) {
            stream.forEach(events::add);

            assertThat(stream.response()).isPresent();
        }
        assertThat(events).hasSize(3).startsWith(new ChatEvent.Text("a"), new ChatEvent.Text("b"));
        assertThat(events.get(2)).isInstanceOf(ChatEvent.Completed.class);
    }

    @Test
    void eventsAreAStream() {
        try (ChatStream stream = ChatStream.of(ScriptedSource.of("a", "b"));
                Stream<ChatEvent> events = stream.events()) {
            assertThat(events).hasSize(3).last().isInstanceOf(ChatEvent.Completed.class);
        }
    }

    @Test
    void textIsTheAnswerAlone() {
        ScriptedSource source = new ScriptedSource()
                .then(new ChatEvent.Reasoning("hm"))
                .then(new ChatEvent.Text("a"))
                .then(new ChatEvent.ToolCallEvent(new ToolCall("1", "clock", "{}")))
                .then(new ChatEvent.Other() {})
                .then(new ChatEvent.Text("b"))
                .then(new ChatEvent.Completed(ScriptedSource.response("ab")));
        try (ChatStream stream = ChatStream.of(source)) {
            assertThat(stream.text()).containsExactly("a", "b");
        }
    }

    @Test
    void closingAViewClosesTheStream() {
        ScriptedSource events = ScriptedSource.of("a");
        ScriptedSource text = ScriptedSource.of("a");

        ChatStream.of(events).events().close();
        ChatStream.of(text).text().close();

        assertThat(events.closes).hasValue(1);
        assertThat(text.closes).hasValue(1);
    }

    @Test
    void nothingIsPulledBeforeItIsWanted() {
        ScriptedSource source = ScriptedSource.of("a");
        ChatStream stream = ChatStream.of(source);

        Iterator<ChatEvent> events = stream.iterator();
        assertThat(events.hasNext()).isTrue();
        assertThat(source.pulls).hasValue(0);

        events.next();
        assertThat(source.pulls).hasValue(1);
        assertThat(stream.response()).isEmpty();
    }

    @Test
    void secondPassIsRefused() {
        ChatStream stream = ChatStream.of(ScriptedSource.of("a"));
        stream.iterator();

        assertThatIllegalStateException().isThrownBy(stream::iterator);
        assertThatIllegalStateException().isThrownBy(stream::events);
        assertThatIllegalStateException().isThrownBy(stream::text);
        assertThatIllegalStateException().isThrownBy(stream::publisher);
    }

    @Test
    void passAfterJoinIsRefused() {
        ChatStream stream = ChatStream.of(ScriptedSource.of("a"));
        stream.join();

        assertThatIllegalStateException().isThrownBy(stream::iterator).withMessageContaining("once");
    }

    @Test
    void joinIncludesWhatWasReadBefore() {
        ChatStream stream = ChatStream.of(ScriptedSource.of("a", "b", "c"));
        Iterator<ChatEvent> events = stream.iterator();
        events.next();

        ChatResponse response = stream.join();

        assertThat(response.text()).isEqualTo("abc");
        assertThat(stream.join()).isSameAs(response);
        assertThat(stream.response()).containsSame(response);
        assertThat(events.hasNext()).isFalse();
    }

    @Test
    void nothingComesBehindTheEnd() {
        ScriptedSource source = ScriptedSource.of();
        Iterator<ChatEvent> events = ChatStream.of(source).iterator();
        events.next();

        assertThat(events.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(events::next);
        assertThat(source.pulls).hasValue(1);
    }

    @Test
    void sourceIsClosedAtTheEnd() {
        ScriptedSource source = ScriptedSource.of("a");
        Iterator<ChatEvent> events = ChatStream.of(source).iterator();

        events.next();
        assertThat(source.closes).hasValue(0);
        events.next();
        assertThat(source.closes).hasValue(1);
    }

    @Test
    void sourceThatFailsIsClosedAndItsFailureThrownAgain() {
        BrokenAnswerException failure =
                new BrokenAnswerException(Failure.of("cut off").build());
        ScriptedSource source =
                new ScriptedSource().then(new ChatEvent.Text("a")).thenThrow(() -> failure);
        ChatStream stream = ChatStream.of(source);
        Iterator<ChatEvent> events = stream.iterator();
        events.next();

        assertThatThrownBy(events::next).isSameAs(failure);
        assertThat(source.closes).hasValue(1);

        assertThat(events.hasNext()).isTrue();
        assertThatThrownBy(events::next).isSameAs(failure);
        assertThatThrownBy(stream::join).isSameAs(failure);
        assertThat(stream.response()).isEmpty();
        assertThat(source.pulls).hasValue(2);
    }

    @Test
    void sourceThatEndsByAnErrorIsClosed() {
        StackOverflowError error = new StackOverflowError("in a test");
        ScriptedSource source = new ScriptedSource().thenError(error);
        ChatStream stream = ChatStream.of(source);

        assertThatThrownBy(stream::join).isSameAs(error);
        assertThat(source.closes).hasValue(1);
        assertThatThrownBy(stream::join).isSameAs(error);
    }

    @Test
    void closeBeforeTheFirstPullSendsNothing() {
        ScriptedSource source = ScriptedSource.of("a");
        ChatStream stream = ChatStream.of(source);
        stream.close();

        assertThatExceptionOfType(CancelledException.class)
                .isThrownBy(stream.iterator()::next)
                .withMessage("the stream was closed");
        assertThat(source.pulls).hasValue(0);
        assertThat(source.closes).hasPositiveValue();
    }

    @Test
    void closeBetweenPullsCancels() {
        ScriptedSource source = ScriptedSource.of("a", "b");
        ChatStream stream = ChatStream.of(source);
        Iterator<ChatEvent> events = stream.iterator();
        events.next();
        stream.close();
        stream.close();

        assertThatExceptionOfType(CancelledException.class).isThrownBy(events::next);
        assertThatExceptionOfType(CancelledException.class).isThrownBy(stream::join);
        assertThat(source.pulls).hasValue(1);
    }

    @Test
    void closeAfterTheEndLeavesTheResponse() {
        ChatStream stream = ChatStream.of(ScriptedSource.of("a"));
        ChatResponse response = stream.join();
        stream.close();

        assertThat(stream.join()).isSameAs(response);
        assertThat(stream.response()).containsSame(response);
    }

    @Test
    void closeFromAnotherThreadWakesTheReader() throws Exception {
        CancelledException told = new CancelledException(
                Failure.of("closed").partialText("so far").build());
        assertThat(thrownToReaderWhenClosed(new ScriptedSource().thenWait(() -> told)))
                .isSameAs(told);
    }

    @Test
    void closedStreamIsCancelledHoweverItsSourceTakesIt() throws Exception {
        Throwable known = thrownToReaderWhenClosed(new ScriptedSource()
                .thenWait(() -> new BrokenAnswerException(
                        Failure.of("socket closed").partialText("so far").build())));
        Throwable unknown = thrownToReaderWhenClosed(
                new ScriptedSource().thenWait(() -> new IllegalStateException("socket closed")));

        assertThat(known)
                .isInstanceOfSatisfying(
                        CancelledException.class,
                        cancelled -> assertThat(cancelled.partialText()).isEqualTo("so far"));
        assertThat(unknown).isInstanceOf(CancelledException.class).hasMessage("the stream was closed");
    }

    private static Throwable thrownToReaderWhenClosed(ScriptedSource source) throws Exception {
        ChatStream stream = ChatStream.of(source);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread reader = new Thread(() -> thrown.complete(catchThrowable(stream::join)));
        reader.start();
        assertThat(source.waiting.await(10, TimeUnit.SECONDS)).isTrue();

        stream.close();

        return thrown.get(10, TimeUnit.SECONDS);
    }

    @Test
    void streamOfNothingIsAProgrammingError() {
        assertThatNullPointerException().isThrownBy(() -> ChatStream.of(null));
    }
}
