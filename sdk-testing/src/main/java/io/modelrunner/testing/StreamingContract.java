package io.modelrunner.testing;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.modelrunner.Capability;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Answers piece by piece. */
abstract class StreamingContract extends ChatContract {
    @Test
    void streamGivesTheSameTextAsChat() {
        String whole = adapter().chat(known()).text();
        assertThat(adapter().stream(known())).isComplete().hasText(whole).hasText(runner().answer());
    }

    @Test
    void streamComesInPieces() {
        assertThat(adapter().stream(known())).streamsMoreThan(1);
    }

    @Test
    void streamNamesModelAsAskedAndAdapter() {
        assertThat(adapter().stream(known()))
                .wasAskedOf(runner().model().text())
                .wasAnsweredBy(answeringAdapter());
    }

    @Test
    void streamCountsTokensIfDeclared() {
        ChatResponse response = adapter().stream(known()).join();
        if (adapter().capabilities().contains(Capability.USAGE)) {
            assertThat(response.usage())
                    .hasValueSatisfying(
                            usage -> assertThat(usage.completionTokens()).isPositive());
        }
    }

    @Test
    void completedComesOnceAndLast() {
        try (ChatStream stream = adapter().stream(known());
                Stream<ChatEvent> events = stream.events()) {
            List<ChatEvent> all = events.toList();
            assertThat(all).filteredOn(ChatEvent.Completed.class::isInstance).hasSize(1);
            assertThat(all).last().isInstanceOf(ChatEvent.Completed.class);
        }
    }

    @Test
    void piecesJoinToTheText() {
        try (ChatStream stream = adapter().stream(known());
                Stream<String> text = stream.text()) {
            List<String> pieces = text.toList();
            assertThat(pieces).doesNotContain("");
            assertThat(String.join("", pieces)).isEqualTo(stream.join().text());
        }
    }

    @Test
    void joinHasWhatWasReadBefore() {
        try (ChatStream stream = adapter().stream(known())) {
            stream.iterator().next();
            ChatResponse response = stream.join();
            assertThat(response).isComplete().hasText(runner().answer());
            assertThat(stream.join()).isSameAs(response);
        }
    }

    @Test
    void responseIsThereAtTheEnd() {
        try (ChatStream stream = adapter().stream(known())) {
            assertThat(stream.response()).isEmpty();
            Iterator<ChatEvent> events = stream.iterator();
            events.next();
            assertThat(stream.response()).isEmpty();
            String rest = Stream.generate(events::next)
                    .takeWhile(event -> !(event instanceof ChatEvent.Completed))
                    .map(ChatEvent::toString)
                    .collect(Collectors.joining());
            assertThat(rest).isNotEmpty();
            assertThat(stream.response())
                    .hasValueSatisfying(response -> assertThat(response).isComplete());
        }
    }

    @Test
    void nothingComesBehindTheEnd() {
        try (ChatStream stream = adapter().stream(known())) {
            Iterator<ChatEvent> events = stream.iterator();
            stream.join();
            assertThat(events.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(events::next);
        }
    }

    @Test
    void streamIsReadOnce() {
        try (ChatStream stream = adapter().stream(known())) {
            stream.iterator().next();
            assertThatIllegalStateException().isThrownBy(stream::iterator);
            assertThatIllegalStateException().isThrownBy(stream::text);
        }
    }

    @Test
    void twoStreamsAreReadInTurn() {
        try (ChatStream one = adapter().stream(endless());
                ChatStream other = adapter().stream(known())) {
            Iterator<ChatEvent> endless = one.iterator();
            endless.next();
            other.iterator().next();
            endless.next();
            assertThat(other.join()).isComplete().hasText(runner().answer());
        }
    }
}
