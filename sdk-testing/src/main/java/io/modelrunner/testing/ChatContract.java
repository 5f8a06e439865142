package io.modelrunner.testing;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.modelrunner.Capability;
import io.modelrunner.chat.ChatResponse;
import org.junit.jupiter.api.Test;

/** Whole answers. */
abstract class ChatContract extends OptionsContract {
    @Test
    void chatGivesTheAnswer() {
        assertThat(adapter().chat(known()))
                .isComplete()
                .hasText(runner().answer())
                .hasNoToolCalls();
    }

    @Test
    void chatNamesModelAsAskedAndAdapter() {
        assertThat(adapter().chat(known())).wasAskedOf(runner().model().text()).wasAnsweredBy(answeringAdapter());
    }

    @Test
    void chatCountsTokensIfDeclared() {
        ChatResponse response = adapter().chat(known());
        if (adapter().capabilities().contains(Capability.USAGE)) {
            assertThat(response.usage()).hasValueSatisfying(usage -> {
                assertThat(usage.promptTokens()).isPositive();
                assertThat(usage.completionTokens()).isPositive();
            });
        }
    }

    @Test
    void chatAnswersAgain() {
        ChatResponse first = adapter().chat(known());
        assertThat(adapter().chat(known())).isComplete().hasText(first.text());
    }

    @Test
    @SuppressWarnings("NullAway") // that is the point
    void nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> adapter().chat(null));
        assertThatNullPointerException().isThrownBy(() -> adapter().stream(null));
        assertThatNullPointerException().isThrownBy(() -> adapter().power(null));
    }
}
