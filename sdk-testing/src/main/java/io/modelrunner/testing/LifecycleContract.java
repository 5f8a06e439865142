package io.modelrunner.testing;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.CancelledException;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import org.junit.jupiter.api.Test;

/** The end of an adapter. */
abstract class LifecycleContract extends ThreadsContract {
    @Test
    void closingTheAdapterEndsAStreamUnderWay() {
        try (ChatStream stream = adapter().stream(endless())) {
            Background<ChatResponse> reader = Background.reading(stream);
            adapter().close();
            assertCancelled(reader);
        }
    }

    @Test
    void closingTheAdapterEndsAChatUnderWay() throws InterruptedException {
        Background<ChatResponse> call = Background.start(() -> adapter().chat(endless()));
        Thread.sleep(200); // there is no sign of its being under way; wherever the end meets it, it must end
        adapter().close();
        assertCancelled(call);
    }

    @Test
    void callsAfterCloseAreCancelled() {
        adapter().close();
        assertThatExceptionOfType(CancelledException.class)
                .isThrownBy(() -> adapter().chat(known()));
        assertThatExceptionOfType(CancelledException.class)
                .isThrownBy(() -> adapter().stream(known()).join());
        assertThatExceptionOfType(CancelledException.class).isThrownBy(adapter()::listModels);
    }

    @Test
    void streamOpenedBeforeCloseIsCancelled() {
        try (ChatStream stream = adapter().stream(known())) {
            adapter().close();
            assertThatExceptionOfType(CancelledException.class).isThrownBy(stream::join);
        }
    }

    @Test
    void healthAfterCloseIsDown() {
        adapter().close();
        assertThat(adapter().health().status()).isEqualTo(Health.Status.DOWN);
    }

    @Test
    void closingTwiceDoesNothingMore() {
        adapter().close();
        adapter().close();
        assertThat(adapter().name()).isNotBlank();
        assertThat(adapter().capabilities()).containsAll(requiredCapabilities());
    }

    @Test
    void closingOneAdapterLeavesAnother() {
        try (LLMAdapter other = newAdapter()) {
            adapter().close();
            assertThat(other.chat(known())).isComplete().hasText(runner().answer());
        }
    }
}
