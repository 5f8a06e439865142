package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Answer;
import io.modelrunner.Attempt;
import io.modelrunner.adapter.CallInfo;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.cli.CliAdapter;
import io.modelrunner.decorator.Caching;
import io.modelrunner.decorator.ConcurrencyLimit;
import io.modelrunner.decorator.LoggingListener;
import io.modelrunner.decorator.Observed;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.testing.fake.FakeModelRunner;
import io.modelrunner.testing.fake.FakeModelRunnerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What docs/resilience.md shows is here, compiled and run: every snippet of Java must be found in this file. */
@ExtendWith(FakeModelRunnerExtension.class)
class ResilienceTest {
    private static final Path PAGE = Path.of("..", "docs", "resilience.md");
    private static final Path THIS = Path.of("src/test/java/io/modelrunner/examples/ResilienceTest.java");
    private static final ChatRequest HELLO = ChatRequest.of("ai/tiny", "Hello");

    @Test
    void everySnippetIsHere() throws IOException {
        String here = withoutSpace(Files.readString(THIS));
        List<String> snippets = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
        assertThat(snippets).isNotEmpty().allSatisfy(snippet -> assertThat(here).contains(withoutSpace(snippet)));
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s", "");
    }

    @Test
    void chainSnippetMakesAChain() {
        Fallback chain = Fallback.of(HttpAdapter.at("http://localhost:12434"), CliAdapter.create());
        try (chain) {
            assertThat(chain).hasToString("Fallback[http → cli]");
        }
    }

    @Test
    void otherModelSnippetRuns(FakeModelRunner fake) {
        HttpAdapter http = HttpAdapter.at(fake.baseUrl());
        LLMAdapter cli = MockAdapter.builder().models("ai/smollm2").build();
        Fallback chain = Fallback.builder()
                .step(http)
                .otherModel("ai/smollm2")
                .step(cli, request -> request.toBuilder().model("ai/smollm2").build())
                .skipAfter(2, Duration.ofMinutes(1))
                .build();
        try (chain) {
            ChatResponse answer = chain.chat(ChatRequest.of("ai/qwen3", "Hello")); // which neither has
            assertThat(answer.model().text()).isEqualTo("ai/smollm2");
            assertThat(answer.timeline().attempts())
                    .extracting(Attempt::step)
                    .startsWith("1")
                    .endsWith("3");
        }
    }

    @Test
    void limitSnippetRuns(FakeModelRunner fake) {
        HttpAdapter http = HttpAdapter.at(fake.baseUrl());
        LLMAdapter limited = ConcurrencyLimit.builder(http)
                .perModel(4)
                .model("ai/qwen3", 1)
                .queue(Duration.ofSeconds(30))
                .build();
        try (limited) {
            assertThat(limited.chat(HELLO).text()).isNotEmpty();
        }
    }

    @Test
    void cacheSnippetRuns(FakeModelRunner fake) {
        HttpAdapter http = HttpAdapter.at(fake.baseUrl());
        Caching cached = Caching.builder(http).maxEntries(1_000).build();
        ChatRequest request =
                ChatRequest.builder("ai/tiny").user("Hello").temperature(0).build();
        ChatResponse asked = cached.chat(request);
        ChatResponse again = cached.chat(request);
        try (cached) {
            assertThat(again.text()).isEqualTo(asked.text());
            assertThat(again.timeline().attempts()).singleElement().satisfies(attempt -> {
                assertThat(attempt.adapter()).isEqualTo("cache");
                assertThat(attempt.outcome()).isEqualTo("answered from the cache");
            });
        }
    }

    @Test
    void listenerSnippetRuns(FakeModelRunner fake) {
        HttpAdapter http = HttpAdapter.at(fake.baseUrl());
        Map<String, Duration> answerTimes = new ConcurrentHashMap<>();
        LLMAdapter observed = Observed.by(http, LoggingListener.create(), new CallListener() {
            @Override
            public void onCompleted(CallInfo call, Answer answer, Duration took) {
                answerTimes.merge(call.model().text(), took, Duration::plus);
            }
        });
        try (observed) {
            observed.chat(HELLO);
            assertThat(answerTimes).containsOnlyKeys("ai/tiny");
        }
    }

    @Test
    void allTogetherRun(FakeModelRunner fake) {
        HttpAdapter http = HttpAdapter.at(fake.baseUrl());
        LLMAdapter adapter = Observed.by(Caching.of(ConcurrencyLimit.of(http, 4)), LoggingListener.create());
        try (adapter) {
            assertThat(adapter.stream(HELLO).join().text()).isNotEmpty();
        }
    }
}
