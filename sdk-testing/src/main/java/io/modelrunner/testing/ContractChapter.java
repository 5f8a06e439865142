package io.modelrunner.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** What every chapter of {@link LLMAdapterContract} speaks of. */
interface ContractChapter {
    /** How soon a cancel must have ended a wait. */
    Duration AT_ONCE = Duration.ofSeconds(2);

    /** How long a test waits for what must happen. */
    Duration LONG = Duration.ofSeconds(30);

    /** Ends a test of an adapter that would wait for its minutes. */
    Timeouts PATIENCE =
            Timeouts.builder().load(LONG).firstToken(LONG).answer(LONG).build();

    LLMAdapter newAdapter();

    RunnerUnderTest runner();

    Set<Capability> requiredCapabilities();

    Optional<LLMAdapter> adapterToNowhere();

    /** {@return the adapter of this test, closed after it} */
    LLMAdapter adapter();

    default ChatRequest known() {
        return patient(runner().known());
    }

    default ChatRequest endless() {
        return patient(runner().endless());
    }

    /** {@return the endless request, limited} */
    default ChatRequest endless(Timeouts limits) {
        return endless().toBuilder().timeouts(limits.over(PATIENCE)).build();
    }

    default ChatRequest patient(ChatRequest request) {
        return request.toBuilder().timeouts(request.timeouts().over(PATIENCE)).build();
    }

    /** {@return an adapter whose runner is not there; the caller closes it} Skips the test if there is none. */
    default LLMAdapter nowhere() {
        Optional<LLMAdapter> nowhere = adapterToNowhere();
        Assumptions.assumeTrue(nowhere.isPresent(), "there is no adapter to nowhere");
        return nowhere.orElseThrow();
    }

    /** {@return a request to a model that the runner does not have} Skips the test if it answers to any name. */
    default ChatRequest unknown() {
        Optional<String> name = runner().unknownModel();
        Assumptions.assumeTrue(name.isPresent(), "the runner answers whatever model is named");
        return known().toBuilder().model(name.orElseThrow()).build();
    }

    /** Requires that what ran in the background was cancelled, soon. */
    default Background.Outcome<?> assertCancelledSince(long start, Background<?> call) {
        Background.Outcome<?> outcome = call.await(LONG);
        assertThat(outcome.failure()).isInstanceOf(CancelledException.class);
        assertThat(Duration.ofNanos(outcome.endedAt() - start)).isLessThan(AT_ONCE);
        return outcome;
    }
}
