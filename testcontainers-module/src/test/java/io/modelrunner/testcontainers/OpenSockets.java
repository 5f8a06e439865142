package io.modelrunner.testcontainers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The TCP connections that this process holds, as Linux tells them; elsewhere it knows of none. */
final class OpenSockets {
    private static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    private static final Path FILES = Path.of("/proc/self/fd");
    private static final int REMOTE_ADDRESS = 2;
    private static final int INODE = 9;

    private OpenSockets() {}

    /** {@return how many connections of this process lead to a port, those included that only the other side has closed} */
    static int to(int port) {
        if (!Files.isDirectory(FILES)) {
            return 0;
        }
        Set<String> ours = ours();
        String end = ":%04X".formatted(port);
        return (int) TABLES.stream()
                .filter(Files::exists)
                .flatMap(OpenSockets::rows)
                .filter(row -> row.length > INODE && row[REMOTE_ADDRESS].endsWith(end) && ours.contains(row[INODE]))
                .count();
    }

    private static Stream<String[]> rows(Path table) {
        try {
            return Files.readAllLines(table).stream()
                    .skip(1)
                    .map(line -> line.strip().split("\\s+"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the inodes of the sockets among the open files} */
    private static Set<String> ours() {
        Set<String> inodes = new HashSet<>();
        try (Stream<Path> files = Files.list(FILES)) {
            for (Path file : files.toList()) {
                String target = target(file);
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring("socket:[".length(), target.length() - 1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return inodes;
    }

    private static String target(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }
}
