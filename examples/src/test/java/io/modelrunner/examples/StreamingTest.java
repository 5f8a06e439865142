package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.mock.MockAdapter;
import io.modelrunner.mock.MockReply;
import io.modelrunner.sdk.ModelRunner;
import org.junit.jupiter.api.Test;

class StreamingTest {
    @Test
    void printsThePiecesAndTheirNumber() {
        MockAdapter adapter = MockAdapter.builder()
                .otherwise(MockReply.pieces("Once", " upon", " a time"))
                .build();
        Output output = new Output();

        try (ModelRunner runner = ModelRunner.builder().adapter(adapter).build()) {
            Streaming.tellStory(runner, "tiny", output.stream());
        }

        assertThat(output.lines()).containsExactly("Once upon a time", "3 tokens");
    }
}
