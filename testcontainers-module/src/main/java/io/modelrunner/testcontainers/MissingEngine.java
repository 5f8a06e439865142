package io.modelrunner.testcontainers;

import org.testcontainers.DockerClientFactory;

/** Says what to do where no Docker engine answers; Testcontainers' own words refer to a log that tests may not have. */
final class MissingEngine {
    private MissingEngine() {}

    /**
     * {@return what to throw in place of a failure}
     *
     * @param failure of a start
     */
    static IllegalStateException explained(IllegalStateException failure) {
        if (DockerClientFactory.instance().isDockerAvailable()) {
            return failure;
        }
        return new IllegalStateException(
                "no Docker engine answers, and a container needs one: " + failure.getMessage()
                        + "\n  → start Docker, or set DOCKER_HOST to where it is; "
                        + "@Testcontainers(disabledWithoutDocker = true) skips the tests instead",
                failure);
    }
}
