package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.modelrunner.InvalidConfigurationException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.EngineStatus.State;
import io.modelrunner.control.KeepAlive;
import io.modelrunner.control.LogOptions;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.RunnerControl;
import io.modelrunner.control.RunnerStatus;
import io.modelrunner.control.RunningModel;
import io.modelrunner.control.Setting;
import io.modelrunner.http.HttpAdapter;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A real server is controlled: Docker Model Runner where one is given, llama.cpp's own as far as it goes. */
@Timeout(120)
class RunnerControlIT {
    private static final String MODEL_RUNNER = "Docker Model Runner";

    @RegisterExtension
    static final RealRunner server = RealRunner.of(new LlamaCppContainer().withTinyModel());

    private final HttpAdapter adapter = server.adapter();
    private final RunnerControl control = adapter.power(RunnerControl.class).orElseThrow();
    private final String model = server.model().text();

    @AfterEach
    void close() {
        adapter.close();
    }

    @Test
    void statusNamesTheEngine() {
        RunnerStatus status = control.status();
        assertThat(status.engine("llama.cpp").orElseThrow().state()).isEqualTo(State.RUNNING);
        assertThat(status.version()).isEqualTo(control.version()).isPresent();
    }

    @Test
    void serverWithoutConfigurationsSaysSo() {
        assumeThat(control.status().speaks()).isNotEqualTo(MODEL_RUNNER);
        assertThatThrownBy(() -> control.configure(model, ConfigurationChange.of(KeepAlive.forever())))
                .isInstanceOf(OperationMissingException.class)
                .hasMessageContaining("llama.cpp");
    }

    @Test
    void changesAddUpAndTheModelStaysWarmUntilItIsUnloaded() {
        assumeThat(control.status().speaks()).isEqualTo(MODEL_RUNNER);
        Optional<ModelConfiguration> before = control.configuration(model, Purpose.CHAT);
        try {
            control.configure(
                    model,
                    ConfigurationChange.builder()
                            .contextSize(1_024)
                            .runtimeFlags("--temp", "0.2")
                            .build());
            control.keepWarm(model);

            ModelConfiguration now = control.configuration(model, Purpose.CHAT).orElseThrow();
            assertThat(now.contextSize()).hasValue(1_024);
            assertThat(now.runtimeFlags()).containsExactly("--temp", "0.2");
            assertThat(now.keepAlive()).contains(KeepAlive.forever());
            assertThat(control.running()).anySatisfy(running -> {
                assertThat(running.model().sameAs(server.model())).isTrue();
                assertThat(running.purpose()).contains(Purpose.CHAT);
                assertThat(running.keepAlive()).contains(KeepAlive.forever());
            });

            assertThat(control.unload(model)).isPositive();
            assertThat(control.running())
                    .extracting(RunningModel::model)
                    .noneMatch(running -> running.sameAs(server.model()));
            assertThat(control.configuration(model, Purpose.CHAT)).isPresent();
        } finally {
            control.configure(model, restoring(before));
        }
    }

    private static ConfigurationChange restoring(Optional<ModelConfiguration> before) {
        ConfigurationChange.Builder change = ConfigurationChange.builder().reset(Setting.values());
        before.ifPresent(stored -> {
            stored.contextSize().ifPresent(change::contextSize);
            stored.keepAlive().ifPresent(change::keepAlive);
            stored.reasoningBudget().ifPresent(change::reasoningBudget);
            stored.speculative().ifPresent(change::speculative);
            change.runtimeFlags(stored.runtimeFlags());
        });
        return change.build();
    }

    @Test
    void refusedSettingsAndUnknownModelsAreTold() {
        assumeThat(control.status().speaks()).isEqualTo(MODEL_RUNNER);
        List<ModelConfiguration> before = control.configurations();
        ConfigurationChange refused =
                ConfigurationChange.builder().runtimeFlags("--log-file", "x").build();

        assertThatThrownBy(() -> control.configure(model, refused))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("--log-file");
        assertThatThrownBy(() -> control.configure("ai/no-such-model", ConfigurationChange.of(KeepAlive.forever())))
                .isInstanceOf(ModelNotFoundException.class);
        assertThat(control.unload("ai/no-such-model")).isZero();
        assertThat(control.configurations()).hasSameSizeAs(before);
    }

    @Test
    void logIsFollowedUntilItIsClosed() {
        assumeThat(control.status().speaks()).isEqualTo(MODEL_RUNNER);
        try (Stream<String> lines = control.logs(LogOptions.soFar())) {
            assertThat(lines.findAny()).isPresent();
        }
        try (Stream<String> lines = control.logs(LogOptions.following())) {
            Iterator<String> iterator = lines.iterator();
            assertThat(iterator.next()).isNotBlank();
        }
    }
}
