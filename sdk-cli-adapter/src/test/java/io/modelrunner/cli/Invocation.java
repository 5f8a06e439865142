package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the scripted {@code docker} was really started with.
 *
 * @param arguments all of them, {@code model} included
 * @param environment the variables, without those that a shell sets by itself
 * @param directory the working directory
 * @param files what lay in it, by name
 * @param docker the process that was started
 * @param plugin its child, which does the work; the same for a standalone binary
 * @param stdin what was read from standard input to its end; empty if that has not come, or was not read
 */
record Invocation(
        List<String> arguments,
        Map<String, String> environment,
        Path directory,
        List<String> files,
        long docker,
        long plugin,
        Optional<String> stdin) {

    /** {@return what follows {@code model}, or all of a standalone binary} */
    List<String> command() {
        return !arguments.isEmpty() && arguments.get(0).equals("model")
                ? arguments.subList(1, arguments.size())
                : arguments;
    }

    /** {@return whether {@code docker} or its plugin still runs} */
    boolean isRunning() {
        return isAlive(docker) || isAlive(plugin);
    }

    /** {@return whether the plugin still runs} */
    boolean isPluginRunning() {
        return isAlive(plugin);
    }

    static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    /** Writes all but the standard input, which is read later. */
    void save(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        Wire.write(out, arguments);
        Wire.write(out, List.copyOf(environment.keySet()));
        Wire.write(out, List.copyOf(environment.values()));
        Wire.write(out, List.of(directory.toString()));
        Wire.write(out, files);
        out.writeLong(docker);
        out.writeLong(plugin);
        saveWhole(file, bytes.toByteArray());
    }

    static void saveStdin(Path file, byte[] stdin) throws IOException {
        saveWhole(stdinOf(file), stdin);
    }

    private static void saveWhole(Path file, byte[] bytes) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.write(fresh, bytes);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path stdinOf(Path file) {
        return file.resolveSibling(file.getFileName().toString().replace(".run", ".stdin"));
    }

    static Invocation load(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            return new Invocation(
                    Wire.readList(in),
                    map(Wire.readList(in), Wire.readList(in)),
                    Path.of(Wire.readList(in).get(0)),
                    Wire.readList(in),
                    in.readLong(),
                    in.readLong(),
                    Optional.ofNullable(text(stdinOf(file))));
        }
    }

    private static @Nullable String text(Path file) throws IOException {
        return Files.exists(file) ? new String(Files.readAllBytes(file), UTF_8) : null;
    }

    private static Map<String, String> map(List<String> names, List<String> values) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String name : names) {
            map.put(name, values.get(map.size()));
        }
        return map;
    }
}
