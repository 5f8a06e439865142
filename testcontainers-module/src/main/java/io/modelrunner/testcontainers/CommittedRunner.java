package io.modelrunner.testcontainers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CommitCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.ExecConfig;
import org.testcontainers.utility.DockerImageName;

/**
 * An image of a container as it is, with its models inside.
 *
 * <p>An image does not get what is in a volume: then the models are copied beside it before, and the image is told to look
 * there. Nor does it get what the test has given by variables, which may be secrets.
 */
final class CommittedRunner {
    // They say where the models are, and are no secrets.
    private static final Set<String> KEPT = Set.of(ModelRunnerContainer.STORE_VARIABLE, "DO_NOT_TRACK");
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
        List<String> variables = cleared(
                facts.getConfig(),
                client.inspectImageCmd(facts.getImageId()).exec().getConfig());
        if (!isMounted(store())) {
            commit.withEnv(variables.toArray(String[]::new)).exec();
            return;
        }
        variables.add(ModelRunnerContainer.STORE_VARIABLE + "=" + COPY);
        try {
            asRoot("rm -rf \"$1\" && mkdir -p \"$(dirname \"$1\")\" && cp -a \"$2\" \"$1\"", COPY, store());
            commit.withEnv(variables.toArray(String[]::new)).exec();
        } finally {
            asRoot("rm -rf \"$1\"", COPY);
        }
    }

    private String store() {
        return variables(facts.getConfig())
                .getOrDefault(ModelRunnerContainer.STORE_VARIABLE, ModelRunnerContainer.STORE);
    }

    /**
     * {@return the variables that only the container has, without what they are there, and those that it has changed, as its
     * image has them} The engine adds all others; none can be taken away.
     */
    static List<String> cleared(ContainerConfig container, @Nullable ContainerConfig image) {
        Map<String, String> own = image == null ? Map.of() : variables(image);
        List<String> cleared = new ArrayList<>();
        variables(container).forEach((name, value) -> {
            if (!KEPT.contains(name) && !value.equals(own.get(name))) {
                cleared.add(name + "=" + own.getOrDefault(name, ""));
            }
        });
        return cleared;
    }

    private static Map<String, String> variables(ContainerConfig config) {
        Map<String, String> variables = new LinkedHashMap<>();
        String[] environment = config.getEnv();
        for (String variable : environment == null ? new String[0] : environment) {
            String[] parts = variable.split("=", 2);
            variables.put(parts[0], parts.length == 1 ? "" : parts[1]);
        }
        return variables;
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
