package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The runner's layers for other protocols: each recording of them is read, or named as out of scope.
 *
 * <p>The layers say the same as the OpenAI protocol with other words. Who uses this library asks in the latter.
 */
class OtherApisTest {
    private static final Map<String, List<String>> OUT_OF_SCOPE = Map.of(
            "responses",
            List.of("", "-stream", "-stream-context-overflow", "-stream-unknown-model", "-unknown-model"),
            "anthropic",
            List.of("", "-context-overflow", "-count-tokens", "-stream", "-unknown-model"),
            "ollama",
            List.of("-chat", "-chat-unknown-model", "-delete-unknown", "-generate", "-ps", "-show", "-tags"));

    /** By {@link RecordedDiscoveryTest}. */
    private static final String READ = "other-apis/ollama-version";

    @Test
    void everyRecordingIsReadOrNamed() {
        List<String> known = new ArrayList<>(List.of(READ));
        OUT_OF_SCOPE.forEach((layer, names) -> names.forEach(name -> known.add("other-apis/" + layer + name)));
        assertThat(Recordings.folder("other-apis"))
                .extracting(Recording::name)
                .containsExactlyInAnyOrderElementsOf(known);
    }
}
