package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.ModelLoadException;
import io.modelrunner.adapter.Preloader;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.Script;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model is loaded and told to stay, by the runner's own means. */
@Timeout(30)
class KeepWarmTest {
    private static final String MODEL = ConfigurableRunner.MODEL;

    private final ConfigurableRunner runner = new ConfigurableRunner();

    @AfterEach
    void close() {
        runner.close();
    }

    @ParameterizedTest
    @CsvSource({
        "CHAT, completion, /engines/v1/chat/completions",
        "EMBEDDING, embedding, /engines/v1/embeddings",
        "RERANKING, reranking, /engines/rerank"
    })
    void modelIsConfiguredToStayAndThenLoaded(Purpose purpose, String mode, String path) {
        runner.stored(mode, "{\"context-size\":1024,\"keep_alive\":\"10m0s\"}");
        runner.server().on(path, Script.replay(Recordings.load("inference/preload")));

        runner.control().keepWarm(MODEL, purpose);

        assertThat(paths()).containsExactly("/engines/llama.cpp/_configure", path);
        assertThat(JsonValues.object(runner.posted().get(0).body()))
                .containsEntry("keep_alive", "-1")
                .containsEntry("mode", mode)
                .containsKey("context-size");
        assertThat(runner.posted().get(1).header("x-preload-only")).contains("true");
        assertThat(JsonValues.object(runner.posted().get(1).body())).isEqualTo(Map.of("model", MODEL));
    }

    /**
     * Trap 11: a full runner unloads the model all the same; asked again, it is loaded again. Nothing is stored for that, as the
     * runner would start a process for chats besides.
     */
    @Test
    void modelThatIsConfiguredToStayIsOnlyLoaded() {
        runner.stored("embedding", "{\"keep_alive\":\"-1\"}");
        runner.server().on("/engines/v1/embeddings", Script.replay(Recordings.load("inference/preload")));

        runner.control().keepWarm(MODEL, Purpose.EMBEDDING);

        assertThat(paths()).containsExactly("/engines/v1/embeddings");
    }

    @Test
    void purposeIsChatUnlessNamed() {
        runner.control().keepWarm(MODEL);

        assertThat(paths()).containsExactly("/engines/_configure", "/engines/v1/chat/completions");
    }

    @Test
    void modelThatCannotBeLoadedIsTold() {
        runner.server()
                .on("/engines/v1/chat/completions", Script.replay(Recordings.load("inference/model-cannot-load")));

        assertThatThrownBy(() -> runner.control().keepWarm(MODEL)).isInstanceOf(ModelLoadException.class);
    }

    @Test
    void preloaderIsTheControl() {
        assertThat(runner.control()).isInstanceOf(Preloader.class);
        try (HttpAdapter adapter = HttpAdapter.at(runner.server().url())) {
            assertThat(adapter.power(Preloader.class).orElseThrow())
                    .isEqualTo(adapter.power(RunnerControl.class).orElseThrow());
        }
    }

    private List<String> paths() {
        return runner.posted().stream().map(request -> request.path()).toList();
    }
}
