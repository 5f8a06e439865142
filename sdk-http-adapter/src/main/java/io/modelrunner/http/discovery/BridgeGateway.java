package io.modelrunner.http.discovery;

import io.modelrunner.RunnerEndpoint;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine that a container runs on, as its default gateway: a runner that the {@code docker model} command installs listens
 * there too. On that machine itself the address is one more of its own, and not asked.
 */
final class BridgeGateway implements EndpointLocator {
    private static final int PORT = 12434;
    private static final int UP_AND_GATEWAY = 0x3;

    @Override
    public String name() {
        return "bridge gateway";
    }

    @Override
    public Stage stage() {
        return Stage.USUAL;
    }

    @Override
    public List<Candidate> locate(Surroundings surroundings) {
        Path routes = surroundings.root().resolve(Path.of("proc", "net", "route"));
        if (!surroundings.isInContainer() || Files.notExists(routes)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(routes)) {
            return lines
                    .skip(1)
                    .limit(1_000)
                    .flatMap(line -> gateway(line.strip().split("\\s+")).stream())
                    .findFirst()
                    .map(host -> RunnerEndpoint.parse("http://" + host + ":" + PORT))
                    .map(endpoint -> Candidate.of(endpoint, name()))
                    .stream()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the routes can't be read", e);
        }
    }

    /** {@return the gateway of a route, if it is the default one} The kernel writes addresses in its own order of bytes. */
    private static Optional<String> gateway(String[] route) {
        try {
            if (route.length < 8 || hex(route[1]) != 0 || hex(route[7]) != 0) {
                return Optional.empty();
            }
            if ((hex(route[3]) & UP_AND_GATEWAY) != UP_AND_GATEWAY) {
                return Optional.empty();
            }
            ByteBuffer address = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
            InetAddress host = Inet4Address.getByAddress(
                    address.putInt((int) hex(route[2])).array());
            return Optional.of(host.getHostAddress());
        } catch (NumberFormatException | IOException e) {
            return Optional.empty();
        }
    }

    private static long hex(String number) {
        return Long.parseLong(number, 16);
    }
}
