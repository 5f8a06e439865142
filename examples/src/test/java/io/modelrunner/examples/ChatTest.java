package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.sdk.ModelRunner;
import org.junit.jupiter.api.Test;

class ChatTest {
    @Test
    void secondQuestionGoesWithTheFirst() {
        MockAdapter adapter = MockAdapter.builder()
                .when(request -> request.messages().size() == 2, MockReply.text("Nice to meet you, Zelda!"))
                .when(request -> request.messages().size() == 4, MockReply.text("Your name is Zelda."))
                .build();
        Output output = new Output();

        try (ModelRunner runner = ModelRunner.builder().adapter(adapter).build()) {
            Chat.converse(runner, "tiny", output.stream());
        }

        assertThat(output.lines())
                .containsExactly(
                        "> My name is Zelda.", "Nice to meet you, Zelda!", "> What is my name?", "Your name is Zelda.");
    }
}
