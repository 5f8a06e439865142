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

/** What every chapter of {@link LLMAdapterContract} speaks of; the chapters follow one another by inheritance. */
abstract class ContractChapter {
    /** How soon a cancel must have ended a wait: far below what is waited for, and time enough for a busy machine. */
    static final Duration AT_ONCE = Duration.ofSeconds(10);

    /** How long a test waits for what must happen. */
    static final Duration LONG = Duration.ofSeconds(30);

    /** Ends a test of an adapter that would wait for its minutes. */
    static final Timeouts PATIENCE =
            Timeouts.builder().load(LONG).firstToken(LONG).answer(LONG).build();

    /** {@return a new adapter to the runner} */
    protected abstract LLMAdapter newAdapter();

    /** {@return what the tests need to know of the runner} */
    protected abstract RunnerUnderTest runner();

    /** {@return what the adapter must declare at least} */
    protected abstract Set<Capability> requiredCapabilities();

    /** {@return a new adapter whose runner is not there, if there is such a thing} */
    protected abstract Optional<LLMAdapter> adapterToNowhere();

    /** {@return the adapter of this test} */
    protected abstract LLMAdapter adapter();

    String answeringAdapter() {
        return runner().answeredBy().orElseGet(adapter()::name);
    }

    ChatRequest known() {
        return patient(runner().known());
    }

    ChatRequest endless() {
        return patient(runner().endless());
    }

    /** {@return the endless request, limited} */
    ChatRequest endless(Timeouts limits) {
        return endless().toBuilder().timeouts(limits.over(PATIENCE)).build();
    }

    private static ChatRequest patient(ChatRequest request) {
        return request.toBuilder().timeouts(request.timeouts().over(PATIENCE)).build();
    }

    /** {@return an adapter whose runner is not there; the caller closes it} Skips the test if there is none. */
    LLMAdapter nowhere() {
        Optional<LLMAdapter> nowhere = adapterToNowhere();
        Assumptions.assumeTrue(nowhere.isPresent(), "there is no adapter to nowhere");
        return nowhere.orElseThrow();
    }

    /** {@return a request to a model that the runner does not have} Skips the test if it answers to any name. */
    ChatRequest unknown() {
        Optional<String> name = runner().unknownModel();
        Assumptions.assumeTrue(name.isPresent(), "the runner answers whatever model is named");
        return known().toBuilder().model(name.orElseThrow()).build();
    }

    /** Requires that what runs in the background is cancelled now. */
    static Background.Outcome<?> assertCancelled(Background<?> call) {
        Background.Outcome<?> outcome = call.await(AT_ONCE);
        assertThat(outcome.failure()).isInstanceOf(CancelledException.class);
        return outcome;
    }
}
