package io.modelrunner.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.shaded.com.github.dockerjava.core.command.CreateContainerCmdImpl;

class HostShareTest {
    /** It is not asked for anything here. */
    private static final DockerClient ENGINE = DockerClientFactory.lazyClient();

    private final HostShare share = new HostShare("/models", RunnerVariant.DEFAULT);

    @Test
    void volumeOfTheCacheIsMounted() {
        share.volume("volume");

        assertThat(completed(new HostConfig()).getMounts())
                .containsExactly(mount(MountType.VOLUME, "volume", "/models"));
    }

    @Test
    void folderOfTheCacheIsMountedBesideWhatTheTestMounts() {
        Mount other = mount(MountType.VOLUME, "other", "/other");
        Path folder = Path.of("some folder");
        share.folder(folder);

        assertThat(completed(new HostConfig().withMounts(List.of(other))).getMounts())
                .containsExactly(
                        other, mount(MountType.BIND, folder.toAbsolutePath().toString(), "/models"));
    }

    private static Mount mount(MountType type, String source, String target) {
        return new Mount().withType(type).withSource(source).withTarget(target);
    }

    @Test
    void cardsAreAskedForBesideTheDevicesOfTheTest() {
        DeviceRequest other = new DeviceRequest().withDriver("cdi");
        share.cards(Gpu.ALL);

        assertThat(completed(new HostConfig()).getDeviceRequests())
                .singleElement()
                .satisfies(request -> assertThat(request.getCount()).isEqualTo(-1));
        assertThat(completed(new HostConfig().withDeviceRequests(List.of(other)))
                        .getDeviceRequests())
                .hasSize(2)
                .startsWith(other);
    }

    @Test
    void nothingIsAskedForByDefault() {
        HostConfig host = completed(new HostConfig());

        assertThat(host.getMounts()).isNull();
        assertThat(host.getDeviceRequests()).isNull();
    }

    @Test
    void placeThatIsNotSharedIsNotLookedFor() {
        share.refuseIfInUse(ENGINE, other -> {
            throw new AssertionError("the engine was asked");
        });
    }

    private HostConfig completed(HostConfig host) {
        share.addTo(new CreateContainerCmdImpl(command -> null, null, "image").withHostConfig(host), ENGINE);
        return host;
    }
}
