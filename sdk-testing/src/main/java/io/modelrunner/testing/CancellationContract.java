package io.modelrunner.testing;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.CancelledException;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.util.Iterator;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Answers that nobody wants any more. */
abstract class CancellationContract extends StreamingContract {
    @Test
    void closeBeforeTheFirstPullIsACancel() {
        ChatStream stream = adapter().stream(endless());
        Iterator<ChatEvent> events = stream.iterator();
        stream.close();
        assertThatExceptionOfType(CancelledException.class).isThrownBy(events::next);
        assertThatExceptionOfType(CancelledException.class).isThrownBy(stream::join);
    }

    @Test
    void closeInMidStreamIsACancel() {
        ChatStream stream = adapter().stream(endless());
        Iterator<ChatEvent> events = stream.iterator();
        events.next();
        stream.close();
        assertThatExceptionOfType(CancelledException.class).isThrownBy(events::next);
        assertThatExceptionOfType(CancelledException.class).isThrownBy(stream::join);
        assertThat(stream.response()).isEmpty();
    }

    @Test
    void closeIsIdempotent() {
        ChatStream stream = adapter().stream(known());
        ChatResponse response = stream.join();
        stream.close();
        stream.close();
        assertThat(stream.response()).containsSame(response);
    }

    @Test
    void closeFromAnotherThreadWakesTheReader() {
        ChatStream stream = adapter().stream(endless());
        Background<ChatResponse> reader = Background.reading(stream);
        stream.close();
        assertCancelled(reader);
    }

    @Test
    void closingTheViewEndsTheAnswer() {
        ChatStream stream = adapter().stream(endless());
        try (Stream<String> text = stream.text()) {
            assertThat(text.limit(1)).hasSize(1);
        }
        assertThatExceptionOfType(CancelledException.class).isThrownBy(stream::join);
    }

    @Test
    void interruptWakesTheReaderAndLeavesTheFlag() {
        try (ChatStream stream = adapter().stream(endless())) {
            Background<ChatResponse> reader = Background.reading(stream);
            reader.interrupt();
            assertThat(assertCancelled(reader).interrupted()).isTrue();
        }
    }

    @Test
    void interruptEndsAChatAndLeavesTheFlag() throws InterruptedException {
        Background<ChatResponse> call = Background.start(() -> adapter().chat(endless()));
        Thread.sleep(200); // there is no sign of its being under way; wherever the interrupt meets it, it must end
        call.interrupt();
        assertThat(assertCancelled(call).interrupted()).isTrue();
    }

    @Test
    void adapterWorksAfterCancels() {
        for (int i = 0; i < 5; i++) {
            try (ChatStream stream = adapter().stream(endless())) {
                stream.iterator().next();
            }
        }
        assertThat(adapter().chat(known())).isComplete().hasText(runner().answer());
    }

    @Test
    void runnerStopsComputingAfterACancel() throws InterruptedException {
        Assumptions.assumeTrue(runner().idle().isPresent(), "the runner does not tell whether it computes");
        BooleanSupplier idle = runner().idle().orElseThrow();
        try (ChatStream stream = adapter().stream(endless())) {
            stream.iterator().next();
        }
        long end = System.nanoTime() + AT_ONCE.toNanos() * 2;
        while (!idle.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the runner still computes").isLessThan(end);
            Thread.sleep(10);
        }
    }
}
