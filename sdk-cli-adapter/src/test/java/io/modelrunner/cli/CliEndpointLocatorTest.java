package io.modelrunner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.testing.CliRecordings;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class CliEndpointLocatorTest extends CliTestCase {
    /** Patient, as the command takes its time on a busy machine. */
    private EndpointLocator locator = new CliEndpointLocator(SOON);

    private List<String> located() {
        String path = docker.executable().getParent().toString();
        return locator.locate(new Surroundings(Map.of("PATH", path), here, here)).stream()
                .map(Candidate::endpoint)
                .map(String::valueOf)
                .toList();
    }

    @Test
    void isFoundByServiceLoaderAndComesLast() {
        assertThat(ServiceLoader.load(EndpointLocator.class)).hasAtLeastOneElementOfType(CliEndpointLocator.class);
        assertThat(locator.stage()).isEqualTo(EndpointLocator.Stage.LAST);
    }

    @Test
    void engineIsLocatedWithoutInstallingIt() {
        docker.status("Docker Engine", "http://172.17.0.1:12434/v1/", "http://127.0.0.1:12434/v1/");
        assertThat(located()).singleElement().asString().contains("127.0.0.1:12434");
        assertThat(docker.lastInvocation().environment()).containsEntry("MODEL_RUNNER_NO_AUTO_INSTALL", "1");
    }

    @Test
    void desktopIsLocatedBehindItsSocket() throws Exception {
        docker.status("Docker Desktop", "http://model-runner.docker.internal/v1/", "http://localhost/exp/vDD4.40/v1/");
        assertThat(located()).isEmpty();
        Files.createDirectories(here.resolve(".docker/run"));
        Files.createFile(here.resolve(".docker/run/docker.sock"));
        assertThat(located())
                .singleElement()
                .asString()
                .contains(here.resolve(".docker/run/docker.sock").toString())
                .contains("/exp/vDD4.40");
    }

    @Test
    void nothingIsLocatedWhereNothingRuns() {
        docker.on(Reply.of(CliRecordings.load("status-503-json")), "status", "--json");
        assertThat(located()).isEmpty();
        for (String failure : List.of("no-daemon-status-json", "plugin-missing", "unknown-command", "version")) {
            docker.always(failure).on(Reply.of(CliRecordings.load(failure)), "status", "--json");
            assertThat(located()).as(failure).isEmpty();
        }
        assertThat(locator.locate(surroundings(Map.of()))).isEmpty();
    }

    @Test
    void stallingCommandIsNotWaitedFor() {
        locator = new CliEndpointLocator();
        docker.on(Reply.silent().stall(), "status", "--json");
        long start = System.nanoTime();
        assertThat(located()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        docker.awaitNoneRunning(SOON);
    }
}
