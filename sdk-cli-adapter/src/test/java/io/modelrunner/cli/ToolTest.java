package io.modelrunner.cli;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThatModelRunnerException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerUnreachableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolTest extends CliTestCase {
    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "ai/tiny:latest", "--json", "C:\\models\\tiny.gguf", "100%", "a^b&c"})
    void argumentsOfOursAreClear(String argument) {
        assertThatCode(() -> Tool.checkArgument(argument, true)).doesNotThrowAnyException();
        assertThatCode(() -> Tool.checkArgument(argument, false)).doesNotThrowAnyException();
    }

    @Test
    void argumentsThatWindowsTakesApartAreRefused() {
        for (String argument : new String[] {"a\"b", "C:\\models\\"}) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> Tool.checkArgument(argument, true));
            assertThatCode(() -> Tool.checkArgument(argument, false)).doesNotThrowAnyException();
        }
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> Tool.checkArgument("a\0b", false));
    }

    @Test
    void textOfTheAdapterIsItsCommandWithoutVariables() {
        CliAdapter adapter = opened(new CliAdapter.Builder(surroundings(Map.of())).environment("TOKEN", "secret"));
        assertThat(adapter).hasToString("CliAdapter[docker model]");
        assertThat(opened(builder())).hasToString("CliAdapter[" + docker.executable() + " model]");
    }

    @Test
    void missingDockerHasItsRemedies() {
        CliAdapter.Builder nowhere = new CliAdapter.Builder(surroundings(Map.of("PATH", here.toString())));
        assertThatModelRunnerException(opened(nowhere)::listModels)
                .isInstanceOf(CommandMissingException.class)
                .isWorthTryingElsewhere()
                .hasRemedyContaining("Docker Desktop")
                .hasRemedyContaining("CliAdapter.builder().docker(");
    }

    @Test
    void directoryOfThatNameIsNoProgram() throws Exception {
        Files.createDirectory(here.resolve("docker"));
        String path = here + ":" + docker.executable().getParent();
        CliAdapter adapter = opened(new CliAdapter.Builder(surroundings(Map.of("PATH", path))));
        assertThat(adapter.listModels()).hasSize(3);
    }

    @Test
    void fileThatIsNoProgramIsNotMissing() throws Exception {
        Path file = Files.writeString(here.resolve("docker"), "#!/nowhere/interpreter\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        CliAdapter adapter = opened(new CliAdapter.Builder(surroundings(Map.of())).docker(file));
        assertThatModelRunnerException(adapter::listModels)
                .isExactlyInstanceOf(RunnerUnreachableException.class)
                .hasMessageContaining("can't start");
    }

    @Test
    void installingIsAskedForOrNot() {
        adapter().listModels();
        assertThat(docker.lastInvocation().environment()).containsEntry("MODEL_RUNNER_NO_AUTO_INSTALL", "1");
        opened(builder().autoInstall(true).environment("MY_OWN", "x")).listModels();
        assertThat(docker.lastInvocation().environment()).containsExactly(Map.entry("MY_OWN", "x"));
    }

    @Test
    void workingDirectoryIsGoneAfterClose() {
        CliAdapter adapter = adapter();
        adapter.listModels();
        Path directory = docker.lastInvocation().directory();
        assertThat(directory).isEmptyDirectory();
        adapter.close();
        assertThat(directory).doesNotExist();
    }
}
