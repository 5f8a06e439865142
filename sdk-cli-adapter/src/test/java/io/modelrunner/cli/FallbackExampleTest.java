package io.modelrunner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Attempt;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.mock.MockAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The examples of docs/resilience.md, and that they are there as they are here. */
class FallbackExampleTest {
    static Fallback bothRoads() {
        // both roads
        return Fallback.of(HttpAdapter.at("http://localhost:12434"), CliAdapter.create());
        // end
    }

    static Fallback smallerModels(LLMAdapter http, LLMAdapter cli) {
        // smaller models
        return Fallback.builder()
                .step(http)
                .otherModel("ai/smollm2")
                .step(cli, request -> request.toBuilder().model("ai/smollm2").build())
                .skipAfter(2, Duration.ofMinutes(1))
                .build();
        // end
    }

    @Test
    void bothRoadsMakeAChain() {
        try (Fallback chain = bothRoads()) {
            assertThat(chain).hasToString("Fallback[http → cli]");
        }
    }

    @Test
    void smallerModelAnswersWhereTheOtherIsMissing() {
        MockAdapter http = MockAdapter.builder().models("ai/smollm2").build();
        try (Fallback chain = smallerModels(http, CliAdapter.create())) {
            ChatResponse answer = chain.chat(ChatRequest.of("ai/qwen3", "Hello"));
            assertThat(answer.model().text()).isEqualTo("ai/smollm2");
            assertThat(answer.timeline().attempts()).extracting(Attempt::step).containsExactly("1", "2");
        }
    }

    @Test
    void documentationHasTheseExamples() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/modelrunner/cli/FallbackExampleTest.java"));
        String page = Files.readString(Path.of("../docs/resilience.md"));
        for (String name : new String[] {"both roads", "smaller models"}) {
            int begin = source.indexOf("// " + name + "\n") + name.length() + 4;
            String example = source.substring(begin, source.indexOf("        // end", begin))
                    .stripTrailing()
                    .stripIndent()
                    .replace("return ", "Fallback chain = ");
            assertThat(page).contains("```java\n" + example + "\n```");
        }
    }
}
