package io.modelrunner.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.AttemptTimeline;
import io.modelrunner.ModelName;
import io.modelrunner.Timeouts;
import io.modelrunner.retrieval.RerankResponse.Ranked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RetrievalTest {
    private static final ModelName MODEL = ModelName.of("tiny");

    @Test
    void embeddingRequestHasWhatWasSet() {
        List<String> texts = new ArrayList<>(List.of("a secret", "b"));
        Timeouts limits = Timeouts.builder().answer(Duration.ofSeconds(3)).build();
        EmbeddingRequest.Builder builder = EmbeddingRequest.builder("tiny", texts)
                .batchSize(7)
                .base64(false)
                .timeouts(limits)
                .header("X-Trace", "1");
        EmbeddingRequest request = builder.build();
        texts.clear();
        builder.header("X-Trace", "2");
        assertThat(request.model()).isEqualTo(MODEL);
        assertThat(request.texts()).containsExactly("a secret", "b");
        assertThat(request.batchSize()).isEqualTo(7);
        assertThat(request.base64()).isFalse();
        assertThat(request.timeouts()).isEqualTo(limits);
        assertThat(request.headers()).isEqualTo(Map.of("X-Trace", "1"));
        assertThat(request).hasToString("EmbeddingRequest[tiny, 2 texts]");
    }

    @Test
    void rerankRequestHasWhatWasSet() {
        RerankRequest request = RerankRequest.builder("tiny", "a secret", List.of("a", "b"))
                .topN(1)
                .form(RerankRequest.Form.TEXTS)
                .build();
        assertThat(request.query()).isEqualTo("a secret");
        assertThat(request.texts()).containsExactly("a", "b");
        assertThat(request.topN()).hasValue(1);
        assertThat(request.form()).isEqualTo(RerankRequest.Form.TEXTS);
        assertThat(request).hasToString("RerankRequest[tiny, 2 texts]");
        RerankRequest plain = RerankRequest.of("tiny", "q", List.of("a"));
        assertThat(plain.topN()).isEmpty();
        assertThat(plain.form()).isEqualTo(RerankRequest.Form.DOCUMENTS);
    }

    @Test
    void embeddingResponseHandsOutTheVectors() {
        float[] vector = {1, 2};
        EmbeddingResponse response = EmbeddingResponse.of(MODEL, "http", List.of(vector));
        assertThat(response.vectors().get(0)).isSameAs(vector);
        assertThat(response.dimensions()).isEqualTo(2);
        assertThat(response.promptTokens()).isEmpty();
        assertThat(response.withFacts(5, "served").promptTokens()).hasValue(5);
        assertThat(response.withFacts(5, "served").servedModel()).contains("served");
        assertThat(response).hasToString("EmbeddingResponse[tiny by http, 1 × 2]");
    }

    @Test
    void rankingIsOrderedByScore() {
        List<Ranked> found = List.of(new Ranked(0, -2), new Ranked(1, 3.5), new Ranked(2, 0));
        RerankResponse response = RerankResponse.of(MODEL, "http", found);
        assertThat(response.ranking()).extracting(Ranked::index).containsExactly(1, 2, 0);
        assertThatThrownBy(() -> response.ranking().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(response.promptTokens()).isEmpty();
        assertThat(response.withPromptTokens(28).withTimeline(AttemptTimeline.empty()))
                .returns(OptionalInt.of(28), RerankResponse::promptTokens)
                .returns(response.ranking(), RerankResponse::ranking)
                .hasToString("RerankResponse[tiny by http, " + response.ranking() + "]");
    }
}
