package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.adapter.Completer;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.ResponseFormat;
import io.modelrunner.chat.TokenLogprob;
import io.modelrunner.http.HttpAdapter;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real model answers in the form that was asked for. */
class FormatIT {
    @RegisterExtension
    static final RealRunner server = RealRunner.of(new LlamaCppContainer().withTinyModel());

    private static final String PERSON = "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},"
            + "\"age\":{\"type\":\"integer\"},\"city\":{\"type\":\"string\"}},\"required\":[\"name\",\"age\",\"city\"]}";

    private static HttpAdapter adapter;

    @BeforeAll
    static void open() {
        adapter = server.adapter();
    }

    @AfterAll
    static void close() {
        adapter.close();
    }

    @ParameterizedTest
    @EnumSource
    void jsonBySchema(Way way) {
        ChatRequest request = asking("Extract name, age, city as JSON: Greta is 44 years old and lives in Paris.")
                .responseFormat(ResponseFormat.jsonSchema("person", PERSON))
                .build();

        JsonValue person = json(way.ask(adapter, request));

        assertThat(person.members()).containsOnlyKeys("name", "age", "city");
        assertThat(person.text("name")).isEqualTo("Greta");
        assertThat(person.number("age").intValue()).isEqualTo(44);
    }

    @ParameterizedTest
    @EnumSource
    void schemaIsKeptWhereTheModelWouldAnswerOtherwise(Way way) {
        ChatRequest request = asking("Hello")
                .responseFormat(
                        ResponseFormat.jsonSchema(
                                "either",
                                "{\"type\":\"object\",\"properties\":{\"answer\":"
                                        + "{\"enum\":[\"yes\",\"no\"]}},\"required\":[\"answer\"],\"additionalProperties\":false}"))
                .maxTokens(200)
                .build();

        assertThat(json(way.ask(adapter, request)).text("answer")).isIn("yes", "no");
    }

    @ParameterizedTest
    @EnumSource
    void jsonWithoutSchema(Way way) {
        ChatRequest request = asking("Give me a person with name and age as JSON")
                .responseFormat(ResponseFormat.JSON)
                .build();

        assertThat(json(way.ask(adapter, request)).members()).containsOnlyKeys("name", "age");
    }

    @ParameterizedTest
    @EnumSource
    void logprobsOfEachToken(Way way) {
        ChatResponse response = way.ask(adapter, asking("Hello").logprobs(2).build());

        assertThat(response).hasText("Hello! How can I help you today?");
        assertThat(response.logprobs().stream().map(TokenLogprob::token).collect(Collectors.joining()))
                .isEqualTo(response.text());
        assertThat(response.logprobs()).allSatisfy(token -> {
            assertThat(token.probability()).isBetween(0.5, 1.0);
            assertThat(token.alternatives()).hasSize(2);
        });
    }

    @ParameterizedTest
    @EnumSource
    void textGoesOnWithoutRoles(Way way) {
        CompletionRequest request = CompletionRequest.builder(
                        server.model().text(), "Once upon a time there was a little whale.")
                .temperature(0)
                .maxTokens(40)
                .build();

        ChatResponse response = way.complete(adapter.power(Completer.class).orElseThrow(), request);

        assertThat(response)
                .hasText(" Every day the whale looked at the sea and dreamed of a big adventure. One morning it found"
                        + " a blue boat and sailed to a green island, where it made a new friend. In the evening the")
                .hasFinishReason(FinishReason.LENGTH)
                .hasUsage(10, 40);
    }

    private static ChatRequest.Builder asking(String question) {
        return ChatRequest.builder(server.model().text()).user(question).temperature(0);
    }

    private static JsonValue json(ChatResponse response) {
        return JsonValue.read(new ByteArrayInputStream(response.text().getBytes(StandardCharsets.UTF_8)));
    }
}
