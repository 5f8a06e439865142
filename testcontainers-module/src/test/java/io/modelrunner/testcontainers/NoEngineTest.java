package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class NoEngineTest {
    @Test
    void messageSaysWhatToDoAndTestsCanBeSkipped(@TempDir Path directory) throws IOException, InterruptedException {
        String output = outputOf(NoEngineProgram.class, directory);

        assertThat(output)
                .contains("no Docker engine answers")
                .contains("→ start Docker, or set DOCKER_HOST")
                .contains("skipped: NoEngineProgram$Skipped")
                .doesNotContain("the test ran");
    }

    /** Runs it where no engine can be found: in a JVM of a system that Testcontainers knows no usual places of. */
    private static String outputOf(Class<?> program, Path directory) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dos.name=none",
                "-Duser.home=" + directory,
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName());
        java.environment().put("DOCKER_HOST", "tcp://127.0.0.1:9");
        Process process =
                java.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }
}
