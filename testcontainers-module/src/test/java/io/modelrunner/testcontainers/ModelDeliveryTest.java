package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.store.NotInRegistryException;
import io.modelrunner.testing.fake.FakeModel;
import io.modelrunner.testing.fake.FakeModelRunner;
import io.modelrunner.testing.fake.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.utility.MountableFile;

@Timeout(60)
class ModelDeliveryTest {
    private final FakeModelRunner runner = FakeModelRunner.builder()
            .model("ai/present")
            .registry(FakeModel.chat("ai/one"))
            .registry(FakeModel.embedding("ai/two"))
            .start();
    private final HttpAdapter adapter = HttpAdapter.at(runner.baseUrl());
    private final LineLogger log = new LineLogger();
    private final ModelDelivery delivery = new ModelDelivery();

    @AfterEach
    void close() {
        adapter.close();
        runner.close();
    }

    private void deliver() {
        delivery.deliver(adapter, log);
    }

    @Test
    void modelsArePulledInOrderAndOnce() {
        delivery.pull("ai/two", "ai/one");
        delivery.pull("ai/two");
        deliver();

        assertThat(runner.models()).contains("docker.io/ai/one:latest", "docker.io/ai/two:latest");
        assertThat(pulls()).isEqualTo(2);
        assertThat(log.lines())
                .filteredOn(line -> line.endsWith(": pulling"))
                .containsExactly("ai/two: pulling", "ai/one: pulling");
    }

    @Test
    void modelThatIsThereIsNotPulled() {
        delivery.pull("ai/present");
        deliver();

        assertThat(pulls()).isZero();
        assertThat(log.lines()).containsExactly("ai/present: there already");
    }

    @Test
    void damagedModelIsPulledAgain() {
        runner.damage("ai/present");
        delivery.pull("ai/present");
        deliver();

        assertThat(pulls()).isEqualTo(1);
    }

    private long pulls() {
        return runner.requests().stream()
                .filter(request -> request.path().equals("/models/create"))
                .count();
    }

    @Test
    void missingModelIsAFailureWithReasonAndRemedy() {
        delivery.pull("ai/one", "ai/missing", "ai/two");
        ContainerLaunchException failure = catchThrowableOfType(ContainerLaunchException.class, this::deliver);

        assertThat(failure)
                .hasMessageStartingWith("could not pull ai/missing: ")
                .hasMessageContaining("→")
                .hasCauseInstanceOf(NotInRegistryException.class);
        assertThat(runner.models()).doesNotContain("docker.io/ai/two:latest");
    }

    @Test
    void pullEndsAtItsLimit() {
        runner.fail(Fault.stall().on(Fault.Target.PULL));
        delivery.pull("ai/one");
        delivery.pullLimit(Duration.ofMillis(300));
        ContainerLaunchException failure = catchThrowableOfType(ContainerLaunchException.class, this::deliver);

        assertThat(failure)
                .hasMessage(
                        "could not pull ai/one: it was not there within 0.3 s\n  → withPullTimeout(Duration) allows more time")
                .hasCauseInstanceOf(TimedOutException.class);
    }

    @Test
    void runnerThatIsGoneIsToldWithoutTheRemediesOfAnInstalledOne() {
        runner.close();
        delivery.pull("ai/one");

        assertThat(catchThrowableOfType(ContainerLaunchException.class, this::deliver))
                .hasMessageStartingWith("could not pull ai/one: ")
                .hasMessageNotContaining("→")
                .hasCauseInstanceOf(RunnerUnreachableException.class);
    }

    @Test
    void fileIsPackedAndLoaded() {
        delivery.pack(RunnerImage.tinyFile(), "ai/mine");
        deliver();

        assertThat(runner.models()).contains("docker.io/ai/mine:latest");
        assertThat(log.lines()).singleElement().asString().startsWith("ai/mine: loaded as sha256:");
    }

    @Test
    void fileThatIsNoModelIsAFailure(@TempDir Path directory) throws Exception {
        Path text = Files.writeString(directory.resolve("text.gguf"), "no model");
        delivery.pack(MountableFile.forHostPath(text), "ai/mine");

        assertThatExceptionOfType(ContainerLaunchException.class)
                .isThrownBy(this::deliver)
                .withMessageStartingWith("could not load ai/mine: ")
                .withMessageContaining("text.gguf")
                .withCauseInstanceOf(InvalidRequestException.class);
    }

    @Test
    void modelsAreConfiguredAndLoaded() {
        delivery.pull("ai/one");
        delivery.contextSize(512);
        delivery.preload(Purpose.CHAT);
        deliver();

        RunnerControl control = adapter.power(RunnerControl.class).orElseThrow();
        assertThat(control.running()).hasSize(1);
        assertThat(control.configuration("ai/one", Purpose.CHAT).map(ModelConfiguration::contextSize))
                .hasValue(OptionalInt.of(512));
    }

    @Test
    void modelThatCannotBeLoadedIsAFailure() {
        runner.add(FakeModel.chat("ai/broken").broken());
        delivery.pull("ai/broken");
        delivery.preload(Purpose.CHAT);

        assertThatExceptionOfType(ContainerLaunchException.class)
                .isThrownBy(this::deliver)
                .withMessageStartingWith("could not preload ai/broken: ");
    }

    @Test
    void modelThatIsNotLoadedInTimeIsAFailureThatSaysWhatHelps() {
        delivery.pull("ai/one");
        delivery.preload(Purpose.CHAT);
        runner.fail(Fault.stall().on(Fault.Target.INFERENCE));
        Timeouts hasty = Timeouts.builder().load(Duration.ofSeconds(2)).build();

        try (HttpAdapter impatient =
                HttpAdapter.builder(runner.endpoint()).timeouts(hasty).build()) {
            assertThatExceptionOfType(ContainerLaunchException.class)
                    .isThrownBy(() -> delivery.deliver(impatient, log))
                    .withMessageStartingWith(
                            "could not preload ai/one: it was not loaded within 2 s\n  → without withPreload, ")
                    .withCauseInstanceOf(TimedOutException.class);
        }
    }
}
