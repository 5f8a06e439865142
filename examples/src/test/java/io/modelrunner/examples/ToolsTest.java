package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.sdk.ModelRunner;
import org.junit.jupiter.api.Test;

class ToolsTest {
    private static final MockReply CALL = MockReply.toolCall("get_weather", "{\"city\": \"Paris\"}");

    private final Output log = new Output();

    @Test
    void modelIsToldWhatTheToolSays() {
        MockAdapter adapter = MockAdapter.builder()
                .whenPromptContains("\"sunny\"", MockReply.text("It is sunny."))
                .otherwise(CALL)
                .build();

        assertThat(ask(adapter)).isEqualTo("It is sunny.");
        assertThat(log.lines()).containsExactly("calls get_weather with {\"city\": \"Paris\"}");
    }

    @Test
    void unknownToolIsAnErrorThatTheModelIsTold() {
        MockAdapter adapter = MockAdapter.builder()
                .whenPromptContains("no such tool", MockReply.text("Then I don't know."))
                .otherwise(MockReply.toolCall("get_time", "{}"))
                .build();

        assertThat(ask(adapter)).isEqualTo("Then I don't know.");
    }

    @Test
    void endlessCallsComeToAnEnd() {
        MockAdapter adapter = MockAdapter.builder().otherwise(CALL).build();

        assertThatIllegalStateException().isThrownBy(() -> ask(adapter));
        assertThat(log.lines()).hasSize(5);
    }

    private String ask(MockAdapter adapter) {
        try (ModelRunner runner = ModelRunner.builder().adapter(adapter).build()) {
            return Tools.ask(runner, "tiny", log.stream());
        }
    }
}
