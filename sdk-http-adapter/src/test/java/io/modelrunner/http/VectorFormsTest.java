package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which vectors come. */
class VectorFormsTest {
    private static final EmbeddingRequest REQUEST = EmbeddingRequest.of("ai/tiny", "one", "two");

    /** The little-endian bytes FF FF 7F 3F, and 00 00 80 3F. */
    private static final float[] NEARLY_ONE_AND_ONE = {0.99999994f, 1};

    @ParameterizedTest
    @ValueSource(strings = {"//9/PwAAgD8=", "\\/\\/9\\/PwAAgD8=", "\\u002f/9/PwAAgD8="})
    void base64WithAndWithoutEscapesIsTheSameVector(String base64) {
        assertThat(vectors(entry(0, '"' + base64 + '"') + ", " + entry(1, "\"//9/PwAAgD8=\"")))
                .containsExactly(NEARLY_ONE_AND_ONE, NEARLY_ONE_AND_ONE);
    }

    @Test
    void numbersAndBase64MayStandTogetherInAnyOrder() {
        assertThat(vectors(entry(1, "\"//9/PwAAgD8=\"") + ",\n  " + entry(0, "[0.5, 2]")))
                .containsExactly(new float[] {0.5f, 2}, NEARLY_ONE_AND_ONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"€\"", "\"//9/P\"", "\"not base64\"", "\"//9/PwAAgD8=", "null", "{}"})
    void vectorThatIsNoneIsBroken(String vector) {
        assertThatExceptionOfType(BrokenAnswerException.class)
                .isThrownBy(() -> vectors(entry(0, "\"//9/PwAAgD8=\"") + "," + entry(1, vector)));
    }

    private static String entry(int index, String vector) {
        return "{\"index\": " + index + ", \"embedding\": " + vector + "}";
    }

    private static List<float[]> vectors(String entries) {
        // a text that is longer in bytes than in characters stands before the vectors
        String body = "{\"model\": \"größer\", \"data\": [" + entries + "]}";
        try (ScriptedServer server = ScriptedServer.answering(Script.json(body));
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/engines/v1")) {
            return adapter.power(Embedder.class).orElseThrow().embed(REQUEST).vectors();
        }
    }
}
