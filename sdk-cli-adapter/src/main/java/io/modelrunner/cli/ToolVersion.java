package io.modelrunner.cli;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions of a command and of the runner that it talks to.
 *
 * @param client the command's version, such as {@code v1.2.6}
 * @param server the runner's version; empty if it can't be reached, or doesn't tell
 * @param engine the kind of the runner, such as {@code Docker Engine}; empty if it can't be reached
 */
public record ToolVersion(String client, Optional<String> server, Optional<String> engine) {
    private static final Pattern VERSION = Pattern.compile("(?m)^\\s+Version:\\s+(.+?)\\s*$");
    private static final Pattern ENGINE = Pattern.compile("(?m)^\\s+Engine:\\s+(.+?)\\s*$");

    /**
     * Checks that nothing is null.
     *
     * @param client the command's version; not null
     * @param server the runner's version; not null
     * @param engine the kind of the runner; not null
     */
    public ToolVersion {
        requireNonNull(client, "client");
        requireNonNull(server, "server");
        requireNonNull(engine, "engine");
    }

    /** {@return the versions that an output tells; empty if it tells none} */
    static Optional<ToolVersion> read(String output) {
        int server = output.indexOf("Server:");
        String ofClient = server < 0 ? output : output.substring(0, server);
        String ofServer = server < 0 ? "" : output.substring(server);
        return first(VERSION, ofClient)
                .map(client -> new ToolVersion(
                        client,
                        first(VERSION, ofServer).filter(version -> !version.startsWith("(")),
                        first(ENGINE, ofServer)));
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }
}
