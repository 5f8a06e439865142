package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.CancelledException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.store.NotInRegistryException;
import io.modelrunner.testing.fake.FakeModel;
import io.modelrunner.testing.fake.FakeModelRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The quick start with a runner of its own; a fake runner is what is started. */
@Timeout(60)
class OwnRunnerRoadTest {
    private final FakeModelRunner runner = FakeModelRunner.builder()
            .registry(FakeModel.chat(OwnRunnerRoad.MODEL))
            .registry(FakeModel.chat("ai/other"))
            .start();
    private final Output out = new Output();
    private final Output err = new Output();
    private final List<String> started = new ArrayList<>();
    private final List<String> questions = new ArrayList<>();
    private boolean stopped;
    private @Nullable Predicate<String> user;

    @AfterEach
    void close() {
        runner.close();
    }

    @Test
    void modelIsPulledAndAnswers() {
        runner.answerWith("I am real");

        assertThat(run("--runner", "--yes", "Hello")).as(err.text()).isZero();
        assertThat(out.text()).isEqualTo("I am real" + System.lineSeparator());
        assertThat(err.text())
                .startsWith("quickstart: model runner of its own: taken, starting docker/model-runner:latest; model "
                        + OwnRunnerRoad.MODEL)
                .contains(OwnRunnerRoad.MODEL + ": Model pulled successfully");
        assertThat(started).containsExactly("docker/model-runner:latest");
        assertThat(stopped).isTrue();
    }

    @Test
    void imageAndModelMayBeOthers() {
        assertThat(run("--runner", "--yes", "--image", "mine", "--model", "ai/other", "Hello"))
                .isZero();
        assertThat(started).containsExactly("mine");
        assertThat(runner.models()).containsExactly("docker.io/ai/other:latest");
    }

    @Test
    void userIsAskedBeforeAnythingIsStarted() {
        user = question -> {
            assertThat(started).isEmpty();
            return questions.add(question);
        };
        assertThat(run("--runner", "Hello")).isZero();
        assertThat(questions).singleElement().asString().contains("docker/model-runner:latest", OwnRunnerRoad.MODEL);
    }

    @Test
    void nothingIsStartedIfTheUserDoesNotAgree() {
        user = question -> false;
        assertThatThrownBy(() -> open("--runner", "Hello")).isInstanceOf(CancelledException.class);
        assertThat(started).isEmpty();
    }

    @Test
    void nothingIsStartedWhereNobodyCanBeAsked() {
        assertThatThrownBy(() -> open("--runner", "Hello"))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("→ add --yes");
        assertThat(run("--runner", "Hello")).isEqualTo(1);
        assertThat(err.text()).contains("; remedy: add --yes");
        assertThat(started).isEmpty();
    }

    @Test
    void modelThatIsInNoRegistryFails() {
        assertThatThrownBy(() -> open("--runner", "--yes", "--model", "ai/missing", "Hello"))
                .isInstanceOf(NotInRegistryException.class);
        assertThat(stopped).isTrue();
    }

    private void open(String... args) throws Arguments.Unfit {
        try (Cleanup cleanup = new Cleanup()) {
            road().open(Arguments.parse(args), new Notes(err.stream()), cleanup);
        }
    }

    private int run(String... args) {
        return new QuickStart(Servers.finder(Map.of()), List.of(), new MockRoad(), road(), out.stream(), err.stream())
                .run(args);
    }

    private OwnRunnerRoad road() {
        return new OwnRunnerRoad(notes -> Optional.ofNullable(user), (image, notes, cleanup) -> {
            started.add(image);
            HttpAdapter adapter = HttpAdapter.at(runner.baseUrl());
            cleanup.add(() -> {
                adapter.close();
                stopped = true;
            });
            return adapter;
        });
    }
}
