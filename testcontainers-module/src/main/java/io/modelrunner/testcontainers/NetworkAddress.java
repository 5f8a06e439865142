package io.modelrunner.testcontainers;

import java.util.List;
import org.testcontainers.containers.GenericContainer;

/** Where a container is for others on its network. */
final class NetworkAddress {
    private NetworkAddress() {}

    /**
     * {@return the address, without trailing slash}
     *
     * @throws IllegalStateException if the container has no network
     */
    static String of(GenericContainer<?> container, int port) {
        if (container.getNetwork() == null) {
            throw new IllegalStateException("the container is on no network that others could be on: call withNetwork");
        }
        // Testcontainers gives the first one; what the test gave is easier to read in a log.
        List<String> aliases = container.getNetworkAliases();
        return "http://" + aliases.get(aliases.size() - 1) + ":" + port;
    }
}
