package io.modelrunner.examples;

import io.modelrunner.Failure;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.testcontainers.ModelRunnerContainer;
import org.testcontainers.utility.DockerImageName;

/** Starts Docker Model Runner in a container that keeps its models in a volume, for the next time. */
final class RunnerContainer {
    private static final String VOLUME = "model-runner-quickstart";

    private RunnerContainer() {}

    static HttpAdapter start(String image, Cleanup cleanup) {
        DockerImageName name = DockerImageName.parse(image).asCompatibleSubstituteFor("docker/model-runner");
        @SuppressWarnings("resource") // the cleanup closes it, and with it the adapter
        ModelRunnerContainer container = new ModelRunnerContainer(name).withModelCache(VOLUME);
        cleanup.add(container::stop);
        try {
            container.start();
            return container.adapter();
        } catch (RuntimeException e) {
            throw new RunnerUnreachableException(Failure.of(image + " could not be started: " + root(e))
                    .cause(e)
                    .remedy("docker run --rm " + image, "to see why")
                    .build());
        }
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
