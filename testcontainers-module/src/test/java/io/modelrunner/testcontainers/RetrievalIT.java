package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.modelrunner.ContextOverflowException;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.EmbeddingResponse;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.retrieval.RerankResponse;
import io.modelrunner.retrieval.RerankResponse.Ranked;
import io.modelrunner.retrieval.Reranker;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real models embed and rank. */
class RetrievalIT {
    @RegisterExtension
    static final RealRunner embeddings = RealRunner.of(
            new LlamaCppContainer().withTinyEmbeddings(), "model-runner.it.embedding-model", "ai/tiny-embed");

    @RegisterExtension
    static final RealRunner reranking = RealRunner.of(
            new LlamaCppContainer().withTinyReranker(), "model-runner.it.reranking-model", "ai/tiny-rerank");

    private static final List<String> TEXTS = List.of(
            "What is Docker?",
            "Explain Docker to me",
            "Tell me a story about a cat.",
            "What is the capital of France?",
            "日本語 🐳 über");
    private static final List<String> CAPITALS = List.of(
            "Docker packs software into containers.",
            "Berlin is the capital of Germany.",
            "Paris is the capital of France.");

    @Test
    void vectorsHaveLengthOneAndAlikeTextsAreClose() {
        EmbeddingResponse response = embed(EmbeddingRequest.builder(embeddingModel(), TEXTS));

        assertThat(response.vectors()).hasSize(TEXTS.size());
        assertThat(response.dimensions()).isEqualTo(128);
        assertThat(response.promptTokens()).isPresent();
        assertThat(response.timeline().attempts()).isNotEmpty();
        assertThat(response.vectors())
                .allSatisfy(vector -> assertThat(product(vector, vector)).isCloseTo(1, within(1e-5)));
        float[] docker = response.vectors().get(0);
        assertThat(product(docker, response.vectors().get(1))).isCloseTo(0.81, within(0.02));
        assertThat(product(docker, response.vectors().get(2))).isCloseTo(-0.35, within(0.02));
    }

    @Test
    void numbersAndBase64AreTheSameBits() {
        EmbeddingResponse numbers =
                embed(EmbeddingRequest.builder(embeddingModel(), TEXTS).base64(false));
        EmbeddingResponse base64 =
                embed(EmbeddingRequest.builder(embeddingModel(), TEXTS).base64(true));

        assertSameBits(numbers, base64);
        assertThat(numbers.promptTokens()).isEqualTo(base64.promptTokens());
    }

    @Test
    void orderIsKeptOverBatches() {
        EmbeddingResponse atOnce = embed(EmbeddingRequest.builder(embeddingModel(), TEXTS));
        EmbeddingResponse inBatches =
                embed(EmbeddingRequest.builder(embeddingModel(), TEXTS).batchSize(2));

        assertSameBits(atOnce, inBatches);
        assertThat(inBatches.promptTokens()).isEqualTo(atOnce.promptTokens());
        assertThat(inBatches.timeline().attempts()).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void textThatIsTooLongTellsItsCountOfTokens() {
        EmbeddingRequest.Builder request =
                EmbeddingRequest.builder(embeddingModel(), List.of("Hello", "word ".repeat(2_100)));

        ContextOverflowException failure = catchThrowableOfType(ContextOverflowException.class, () -> embed(request));

        assertThat(failure).isNotNull();
        assertThat(failure.promptTokens().orElseThrow()).isBetween(2_100, 2_102);
    }

    @ParameterizedTest
    @EnumSource
    void textsAreRanked(RerankRequest.Form form) {
        RerankRequest request = RerankRequest.builder(rerankingModel(), "What is the capital of France?", CAPITALS)
                .form(form)
                .build();

        RerankResponse response = rerank(request);

        assertThat(response.ranking()).extracting(Ranked::index).containsExactly(2, 1, 0);
        assertThat(response.ranking().get(0).score()).isCloseTo(0.9, within(0.06));
        assertThat(response.ranking().get(2).score()).isCloseTo(0.0, within(0.06));
        assertThat(response.timeline().attempts()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheBestAreRanked(RerankRequest.Form form) {
        List<String> texts = List.of(
                "A container is an isolated process.", "I like pizza.", "You start a container with docker run.");
        RerankRequest request = RerankRequest.builder(rerankingModel(), "How do I start a container?", texts)
                .topN(2)
                .form(form)
                .build();

        assertThat(rerank(request).ranking()).extracting(Ranked::index).containsExactly(2, 0);
    }

    private static EmbeddingResponse embed(EmbeddingRequest.Builder request) {
        try (HttpAdapter adapter = embeddings.adapter()) {
            return adapter.power(Embedder.class).orElseThrow().embed(request.build());
        }
    }

    private static RerankResponse rerank(RerankRequest request) {
        try (HttpAdapter adapter = reranking.adapter()) {
            return adapter.power(Reranker.class).orElseThrow().rerank(request);
        }
    }

    private static String embeddingModel() {
        return embeddings.model().text();
    }

    private static String rerankingModel() {
        return reranking.model().text();
    }

    private static void assertSameBits(EmbeddingResponse some, EmbeddingResponse others) {
        assertThat(some.vectors()).hasSameSizeAs(others.vectors());
        for (int text = 0; text < some.vectors().size(); text++) {
            assertThat(some.vectors().get(text)).isEqualTo(others.vectors().get(text));
        }
    }

    private static double product(float[] some, float[] others) {
        double sum = 0;
        for (int dimension = 0; dimension < some.length; dimension++) {
            sum += (double) some[dimension] * others[dimension];
        }
        return sum;
    }
}
