package io.modelrunner.testcontainers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CommitCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.ExecConfig;
import org.testcontainers.utility.DockerImageName;

/**
 * An image of a container as it is, with its models inside.
 *
 * <p>An image does not get what is in a volume: then the models are copied beside it before, and the image is told to look
 * there.
 */
final class CommittedRunner {
    private static final String VARIABLE = ModelRunnerContainer.STORE_VARIABLE + "=";
    private static final String COPY = "/var/lib/model-runner/models";

    private final ModelRunnerContainer container;
    private final DockerClient client;
    private final InspectContainerResponse facts;

    CommittedRunner(ModelRunnerContainer container, DockerClient client) {
        this.container = container;
        this.client = client;
        this.facts = client.inspectContainerCmd(container.getContainerId()).exec();
    }

    /** Makes the image. */
    void commit(DockerImageName name) {
        CommitCmd commit = client.commitCmd(container.getContainerId())
                .withRepository(name.getUnversionedPart())
                .withTag(name.getVersionPart())
                .withLabels(ownLabelsCleared());
        if (!isMounted(store())) {
            commit.exec();
            return;
        }
        try {
            asRoot("rm -rf \"$1\" && mkdir -p \"$(dirname \"$1\")\" && cp -a \"$2\" \"$1\"", COPY, store());
            commit.withEnv(VARIABLE + COPY).exec();
        } finally {
            asRoot("rm -rf \"$1\"", COPY);
        }
    }

    private String store() {
        String[] environment = facts.getConfig().getEnv();
        return Stream.of(environment == null ? new String[0] : environment)
                .filter(variable -> variable.startsWith(VARIABLE))
                .map(variable -> variable.substring(VARIABLE.length()))
                .findFirst()
                .orElse(ModelRunnerContainer.STORE);
    }

    private boolean isMounted(String folder) {
        List<InspectContainerResponse.Mount> mounts = facts.getMounts();
        return mounts != null
                && mounts.stream()
                        .map(InspectContainerResponse.Mount::getDestination)
                        .anyMatch(place -> place != null && (folder + "/").startsWith(place.getPath() + "/"));
    }

    /**
     * {@return the labels of Testcontainers, without their values} With them the image would be removed at the end of the
     * tests, and a container made of it could be taken for one to reuse.
     */
    private Map<String, String> ownLabelsCleared() {
        Map<String, String> cleared = new HashMap<>();
        Map<String, String> labels = facts.getConfig().getLabels();
        if (labels != null) {
            labels.keySet().stream()
                    .filter(label -> label.startsWith("org.testcontainers"))
                    .forEach(label -> cleared.put(label, ""));
        }
        return cleared;
    }

    private void asRoot(String script, String... arguments) {
        String[] command = Stream.concat(Stream.of("sh", "-c", script, "sh"), Stream.of(arguments))
                .toArray(String[]::new);
        try {
            Container.ExecResult result = container.execInContainer(
                    ExecConfig.builder().user("root").command(command).build());
            if (result.getExitCode() != 0) {
                throw new IllegalStateException(
                        "the models could not be copied out of their volume: " + result.getStderr());
            }
        } catch (IOException e) {
            throw new IllegalStateException("the models could not be copied out of their volume", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the models were copied out of their volume", e);
        }
    }
}
