package io.modelrunner.testcontainers;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerMount;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import io.modelrunner.InvalidRequestException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.ContainerLaunchException;

/** What a container has of the engine's machine: a place for its models, and graphics cards. */
final class HostShare {
    private static final Pattern VOLUME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");

    private final String target;
    private final RunnerVariant variant;
    private Gpu gpu = Gpu.NONE;
    private @Nullable Mount cache;

    /**
     * Makes one of nothing.
     *
     * @param target where the container has its models
     * @param variant which cards it was built for
     */
    HostShare(String target, RunnerVariant variant) {
        this.target = target;
        this.variant = variant;
    }

    /** Keeps the models in a volume; the engine would take a blank name for a new volume each time. */
    void volume(String name) {
        if (!VOLUME.matcher(requireNonNull(name, "volume")).matches()) {
            throw new InvalidRequestException("volume", "a name such as " + VOLUME.pattern(), '"' + name + '"');
        }
        cache = new Mount().withType(MountType.VOLUME).withSource(name).withTarget(target);
    }

    /** Keeps the models in a folder. */
    void folder(Path folder) {
        // Not withFileSystemBind: for that Testcontainers pulls an image, to try whether the engine sees our files.
        cache = new Mount()
                .withType(MountType.BIND)
                .withSource(folder.toAbsolutePath().toString())
                .withTarget(target);
    }

    /** Gives cards, unless they are of no use to the container. */
    void cards(Gpu cards) {
        variant.check(requireNonNull(cards, "cards"));
        gpu = cards;
    }

    /** Adds all of it to what others have put into the command. */
    void addTo(CreateContainerCmd command, DockerClient engine) {
        HostConfig host = requireNonNull(command.getHostConfig(), "hostConfig");
        if (cache != null) {
            host.withMounts(joined(host.getMounts(), List.of(cache)));
        }
        List<DeviceRequest> cards = gpu.requests(() -> engine.infoCmd().exec());
        if (!cards.isEmpty()) {
            host.withDeviceRequests(joined(host.getDeviceRequests(), cards));
        }
    }

    private static <T> List<T> joined(@Nullable List<T> given, List<T> added) {
        return given == null
                ? added
                : Stream.concat(given.stream(), added.stream()).toList();
    }

    /**
     * Refuses a place that a running container has: the runner does not lock its store.
     *
     * @param allowed which containers may have it
     * @throws ContainerLaunchException if one has it
     */
    void refuseIfInUse(DockerClient engine, Predicate<Container> allowed) {
        Mount place = cache;
        if (place == null) {
            return;
        }
        for (Container other : engine.listContainersCmd().exec()) {
            if (has(place, other) && !allowed.test(other)) {
                throw new ContainerLaunchException(
                        "the %s %s is in use by %s (%s), and a runner does not lock its store\n  → stop that one, or use another"
                                .formatted(kind(place), place.getSource(), name(other), other.getImage()));
            }
        }
    }

    private static boolean has(Mount place, Container container) {
        List<ContainerMount> mounts = container.getMounts();
        return mounts != null
                && mounts.stream().anyMatch(mount -> {
                    String source = place.getType() == MountType.VOLUME ? mount.getName() : mount.getSource();
                    return Objects.equals(source, place.getSource());
                });
    }

    /** {@return whether Testcontainers may find the container again} */
    static boolean isReusable(Container container) {
        return container.getLabels() != null && container.getLabels().containsKey("org.testcontainers.hash");
    }

    private static String kind(Mount place) {
        return place.getType() == MountType.VOLUME ? "volume" : "folder";
    }

    private static String name(Container container) {
        String[] names = container.getNames();
        return names == null || names.length == 0 ? container.getId() : names[0].replaceFirst("^/", "");
    }
}
