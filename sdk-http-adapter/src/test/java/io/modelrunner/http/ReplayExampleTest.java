package io.modelrunner.http;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.testing.RecordingAdapter;
import io.modelrunner.testing.ReplayAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The example of docs/replay.md, and that it is there as it is here. */
class ReplayExampleTest {
    // example
    static LLMAdapter adapter() {
        Path recordings = Path.of("src/test/recordings/greeting");
        return Files.exists(recordings)
                ? ReplayAdapter.from(recordings, HttpAdapter::at)
                : RecordingAdapter.of("http://localhost:12434/engines/v1", recordings, HttpAdapter::at);
    }

    @Test
    void modelGreets() {
        try (LLMAdapter adapter = adapter()) {
            assertThat(adapter.chat(ChatRequest.of("ai/smollm2", "Hello"))).isComplete();
        }
    }
    // end

    @Test
    void documentationHasThisExample() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/modelrunner/http/ReplayExampleTest.java"));
        String example = source.substring(source.indexOf("// example\n") + 11, source.indexOf("    // end"))
                .stripTrailing()
                .stripIndent();
        assertThat(Files.readString(Path.of("../docs/replay.md"))).contains("```java\n" + example + "\n```");
    }
}
