package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.Model;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullPolicy;
import io.modelrunner.testing.fake.FakeModel;
import io.modelrunner.testing.fake.FakeModelRunner;
import io.modelrunner.tinymodel.TinyModel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model is brought to the stand-in for Docker Model Runner, and answers by real llama.cpp behind it. */
@Timeout(120)
@RequiresDocker
class LoadedModelIT {
    private static final LlamaCppContainer LLAMA = new LlamaCppContainer().withTinyModel();

    @BeforeAll
    static void start() {
        LLAMA.start();
    }

    @AfterAll
    static void stop() {
        LLAMA.stop();
    }

    private static String engine() {
        return RunnerEndpoint.parse(LLAMA.openAiBaseUrl()).management();
    }

    @Test
    void fileOfAModelAnswersWithoutARegistry(@TempDir Path directory) {
        Path gguf = TinyModel.CHAT.copyTo(directory.resolve("mine.gguf"));
        try (FakeModelRunner runner =
                        FakeModelRunner.builder().chatEngine(engine()).start();
                HttpAdapter adapter = HttpAdapter.at(runner.baseUrl())) {
            ModelStore models = adapter.power(ModelStore.class).orElseThrow();
            Model loaded = models.load(gguf, "ai/mine");
            assertThat(loaded.name().text()).isEqualTo("docker.io/ai/mine:latest");
            assertThat(adapter.chat(ChatRequest.of("ai/mine", "Hello")))
                    .isComplete()
                    .hasTextStartingWith("Hello!");
            assertThat(models.remove("ai/mine").deleted())
                    .containsExactly(loaded.id().orElseThrow());
        }
    }

    @Test
    void modelThatIsMissingIsPulledByTheChatThatNeedsIt() {
        List<PullEvent> told = new CopyOnWriteArrayList<>();
        try (FakeModelRunner runner = FakeModelRunner.builder()
                        .registry(FakeModel.chat("ai/tiny"))
                        .chatEngine(engine())
                        .start();
                HttpAdapter adapter = HttpAdapter.builder(runner.baseUrl())
                        .pull(PullPolicy.IF_MISSING, told::add)
                        .build()) {
            assertThat(adapter.stream(ChatRequest.of("ai/tiny", "Hello"))).isComplete();
            assertThat(told).last().isInstanceOf(PullEvent.Done.class);
        }
    }
}
