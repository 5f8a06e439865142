package io.modelrunner.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SurroundingsTest {
    @TempDir
    private Path root;

    @Test
    void blankVariableCountsAsUnset() {
        Surroundings surroundings = with(Map.of("EMPTY", "", "BLANK", " \t", "SET", " a value "));

        assertThat(surroundings.variable("EMPTY")).isEmpty();
        assertThat(surroundings.variable("BLANK")).isEmpty();
        assertThat(surroundings.variable("UNSET")).isEmpty();
        assertThat(surroundings.variable("SET")).contains("a value");
    }

    @ParameterizedTest
    @CsvSource({"true, true", "1, false", "TRUE, false", "yes, false", "false, false"})
    void onlyTheWordTrueIsTrue(String value, boolean expected) {
        assertThat(with(Map.of("MODEL_RUNNER_TLS", value)).isTrue("MODEL_RUNNER_TLS"))
                .isEqualTo(expected);
    }

    @Test
    void dockerConfigIsAtHomeUnlessTold() {
        assertThat(with(Map.of()).dockerConfig()).isEqualTo(root.resolve("home/.docker"));
        assertThat(with(Map.of("DOCKER_CONFIG", "/etc/docker")).dockerConfig()).isEqualTo(Path.of("/etc/docker"));
    }

    @ParameterizedTest
    @ValueSource(strings = {".dockerenv", "run/.containerenv"})
    void containerIsKnownByItsMark(String mark) throws IOException {
        assertThat(with(Map.of()).isInContainer()).isFalse();

        Path file = root.resolve(mark);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        assertThat(with(Map.of()).isInContainer()).isTrue();
    }

    @Test
    void environmentIsCopiedAndNeverShown() {
        Map<String, String> environment = new HashMap<>(Map.of("KEY", "hunter2"));
        Surroundings surroundings = with(environment);
        environment.clear();

        assertThat(surroundings.variable("KEY")).contains("hunter2");
        assertThat(surroundings.toString()).doesNotContain("hunter2", "KEY");
    }

    @Test
    void thoseOfThisProcessAreItsEnvironmentAndHome() {
        Surroundings ours = Surroundings.ofThisProcess();

        assertThat(ours.environment()).isEqualTo(System.getenv());
        assertThat(ours.home()).isEqualTo(Path.of(System.getProperty("user.home")));
        assertThat(ours.root()).isAbsolute();
    }

    @Test
    void trustIsInAFileOrInThoseOfJavaOrInEverybody() {
        Path pem = Path.of("ca.crt");

        assertThat(Trust.in(pem).caFile()).contains(pem);
        assertThat(Trust.in(pem).verified()).isTrue();
        assertThat(Trust.OF_JAVA.verified()).isTrue();
        assertThat(Trust.EVERYBODY.verified()).isFalse();
        assertThat(Trust.EVERYBODY.caFile()).isEmpty();
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> new Surroundings(null, root, root));
        assertThatNullPointerException()
                .isThrownBy(() -> new Surroundings(Map.of(), null, root))
                .withMessage("home");
        assertThatNullPointerException().isThrownBy(() -> new Trust(null, true)).withMessage("caFile");
    }

    private Surroundings with(Map<String, String> environment) {
        return new Surroundings(environment, root.resolve("home"), root);
    }
}
