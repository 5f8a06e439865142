package io.modelrunner.discovery;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What can be seen from a process that looks for a runner.
 *
 * @param environment the variables of the environment; immutable
 * @param home the user's home directory
 * @param root the root of the file system, below which sockets and the marks of a container are looked for
 */
public record Surroundings(Map<String, String> environment, Path home, Path root) {
    /**
     * Copies the environment.
     *
     * @param environment the variables; not null
     * @param home the user's home directory; not null
     * @param root the root of the file system; not null
     */
    public Surroundings {
        environment = Map.copyOf(environment);
        requireNonNull(home, "home");
        requireNonNull(root, "root");
    }

    /** {@return those of this process} */
    public static Surroundings ofThisProcess() {
        return new Surroundings(System.getenv(), Path.of(System.getProperty("user.home", "/")), Path.of("/"));
    }

    /**
     * {@return a variable's value, without white space at its ends; empty if it is unset or blank}
     *
     * @param name its name; not null
     */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /**
     * {@return whether a variable holds the word {@code true}, as the {@code docker model} command reads it}
     *
     * @param name its name; not null
     */
    public boolean isTrue(String name) {
        return variable(name).filter("true"::equals).isPresent();
    }

    /** {@return the directory of Docker's settings: {@code DOCKER_CONFIG}, else {@code .docker} at home} */
    public Path dockerConfig() {
        return variable("DOCKER_CONFIG").map(Path::of).orElse(home.resolve(".docker"));
    }

    /** {@return whether this process runs in a container, as far as the marks tell that Docker and Podman leave} */
    public boolean isInContainer() {
        return Files.exists(root.resolve(".dockerenv")) || Files.exists(root.resolve("run/.containerenv"));
    }

    /** {@return the directories, and of the environment nothing, which may hold secrets} */
    @Override
    public String toString() {
        return "Surroundings[home=" + home + ", root=" + root + "]";
    }
}
