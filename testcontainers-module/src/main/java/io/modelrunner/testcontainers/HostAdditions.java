package io.modelrunner.testcontainers;

import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a container gets of its host beside what is in its command already. */
final class HostAdditions {
    private HostAdditions() {}

    static void mount(HostConfig host, Mount mount) {
        host.withMounts(joined(host.getMounts(), List.of(mount)));
    }

    static void give(HostConfig host, List<DeviceRequest> cards) {
        if (!cards.isEmpty()) {
            host.withDeviceRequests(joined(host.getDeviceRequests(), cards));
        }
    }

    private static <T> List<T> joined(@Nullable List<T> given, List<T> added) {
        return given == null
                ? added
                : Stream.concat(given.stream(), added.stream()).toList();
    }
}
