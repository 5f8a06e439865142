package io.modelrunner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ExecutableTest {
    private final Set<String> asked = new TreeSet<>();

    private Executable finder(boolean windows, String... there) {
        return new Executable(windows, file -> {
            asked.add(file.toString());
            return Set.of(there).contains(file.toString());
        });
    }

    @Test
    void firstDirectoryThatHasItDecides() {
        assertThat(finder(false, "/b/docker", "/c/docker").find("docker", "/a:/b:/c"))
                .contains(Path.of("/b/docker"));
        assertThat(finder(false).find("docker", "/a")).isEmpty();
        assertThat(finder(false).find("docker", "")).isEmpty();
    }

    @Test
    void workingDirectoryIsNeverLookedAt() {
        finder(false).find("docker", ":.: ::bin:./bin:/a:");
        finder(false).find("./docker", "/a");
        finder(true).find("docker", ";.;bin;");
        assertThat(asked).containsExactly("/a/docker");
    }

    @Test
    void pathsAreTakenAsTheyAre() {
        assertThat(finder(false, "/x/docker").find("/x/docker", "/a")).contains(Path.of("/x/docker"));
        assertThat(finder(false).find("/x/docker", "/a")).isEmpty();
    }

    @Test
    void windowsStartsProgramsAlone() {
        assertThat(finder(true, "/b/docker.exe", "/a/docker", "/a/docker.cmd", "/a/docker.bat")
                        .find("docker", "/a;/b"))
                .contains(Path.of("/b/docker.exe"));
        assertThat(finder(true, "/b/Docker.EXE").find("Docker.EXE", "/a;/b")).contains(Path.of("/b/Docker.EXE"));
        assertThat(finder(true, "/b/docker.cmd").find("docker.cmd", "/b")).isEmpty();
        assertThat(finder(true).find("C:\\x\\docker", "/a")).isEmpty();
        assertThat(asked).noneMatch(file -> file.endsWith(".cmd") || file.endsWith(".bat"));
    }

    @Test
    void namesThatCanBeNoFileAreNotThere() {
        assertThat(finder(false).find("doc\0ker", "/a:/b\0")).isEmpty();
    }
}
