package io.modelrunner.testcontainers;

import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.Info;
import java.util.List;
import java.util.function.Supplier;

/**
 * Which of NVIDIA's graphics cards a container may use.
 *
 * <p>A card is of use only to an image that was built for it, see {@link RunnerVariant}. Cards of other makers are not asked
 * for by a request but are files, such as {@code /dev/dri}, or need a runtime of their own; both can be given to the container
 * by {@code withCreateContainerCmdModifier}. None was tried here.
 */
public enum Gpu {
    /** None, even where there are some. */
    NONE,
    /** All of NVIDIA's, if the engine has NVIDIA's runtime by the name {@code nvidia}; else none. */
    AUTO,
    /** All of NVIDIA's; the start fails if the engine has none to give. */
    ALL;

    private static final String RUNTIME = "nvidia";
    private static final int EVERY = -1;

    /**
     * {@return what to ask the engine for}
     *
     * @param engine tells what the engine has; asked only if that matters
     */
    List<DeviceRequest> requests(Supplier<Info> engine) {
        boolean wanted = this == ALL || (this == AUTO && hasRuntime(engine.get()));
        return wanted
                ? List.of(new DeviceRequest().withCount(EVERY).withCapabilities(List.of(List.of("gpu"))))
                : List.of();
    }

    private static boolean hasRuntime(Info engine) {
        return engine.getRuntimes() != null && engine.getRuntimes().containsKey(RUNTIME);
    }
}
