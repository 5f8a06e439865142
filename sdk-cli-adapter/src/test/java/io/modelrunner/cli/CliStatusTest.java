package io.modelrunner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.RunnerEndpoint;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CliStatusTest {
    private static final String INSIDE = "http://model-runner.docker.internal/v1/";

    private static CliStatus status(String kind, String forHost, String forContainers) {
        return new CliStatus(true, Map.of(), kind, forHost, forContainers);
    }

    private static String overTcp(CliStatus status, boolean inContainer) {
        return status.overTcp(inContainer).map(RunnerEndpoint::management).orElse("");
    }

    @Test
    void engineIsAtAnAddressForEachSide() {
        CliStatus engine = status("Docker Engine", "http://127.0.0.1:12434/v1/", "http://172.17.0.1:12434/v1/");
        assertThat(overTcp(engine, false)).isEqualTo("http://127.0.0.1:12434");
        assertThat(overTcp(engine, true)).isEqualTo("http://172.17.0.1:12434");
        assertThat(engine.prefix()).isEmpty();
    }

    @Test
    void desktopIsBehindASocketForTheHost() {
        CliStatus desktop = status("Docker Desktop", "http://localhost/exp/vDD4.40/v1/", INSIDE);
        assertThat(desktop.isDesktop()).isTrue();
        assertThat(desktop.overTcp(false)).isEmpty();
        assertThat(desktop.prefix()).contains("/exp/vDD4.40");
        assertThat(overTcp(desktop, true)).isEqualTo("http://model-runner.docker.internal");
    }

    @Test
    void manualRunnerKeepsItsPath() {
        CliStatus manual =
                status("Docker Engine (Manual Install)", "http://box:8080/below/v1/", "http://box:8080/below/v1/");
        assertThat(overTcp(manual, false)).isEqualTo("http://box:8080/below");
    }

    @Test
    void oldOrOddStatusHasNoAddress() {
        assertThat(status("Docker Engine", "", "").overTcp(false)).isEmpty();
        assertThat(status("Docker Engine", "nonsense at all", "").overTcp(false))
                .isEmpty();
        assertThat(CliStatus.read(JsonTree.in("{\"models\":[]}").orElseThrow())).isEmpty();
        assertThat(CliStatus.read(JsonTree.in("{\"running\":true}").orElseThrow()))
                .contains(status("", "", ""));
    }
}
