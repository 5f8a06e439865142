package io.modelrunner.testing;

import static java.util.Objects.requireNonNull;

import io.modelrunner.testing.internal.Json;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The runs that were recorded from the real command {@code docker model}, by name; {@link Recordings} has those of servers. */
public final class CliRecordings {
    private CliRecordings() {}

    /**
     * {@return a recorded run}
     *
     * @param name such as {@code status-json}
     * @throws IllegalArgumentException if there is none of that name
     */
    public static CliRecording load(String name) {
        try {
            return parse(Json.readObject(Recordings.text("cli/" + requireNonNull(name, "name") + ".json")));
        } catch (FileNotFoundException e) {
            throw new IllegalArgumentException("there is no recorded run " + name, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return all runs, by name} */
    public static List<CliRecording> all() {
        return names().stream().map(CliRecordings::load).toList();
    }

    /** {@return the names of all runs, in order} */
    public static List<String> names() {
        try {
            return Recordings.text("cli/index.txt").lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CliRecording parse(Map<String, @Nullable Object> json) {
        return new CliRecording(
                string(json, "name").substring("cli/".length()),
                string(json, "about"),
                command(json),
                environment(json),
                Optional.ofNullable((String) json.get("stdin")),
                json.get("exitCode") instanceof BigDecimal code ? code.intValueExact() : 0,
                string(json, "stdout"),
                string(json, "stderr"));
    }

    private static List<String> command(Map<String, @Nullable Object> json) {
        if (json.get("command") instanceof List<?> words) {
            return words.stream().map(String::valueOf).toList();
        }
        throw new IllegalArgumentException("this recording has no command");
    }

    private static Map<String, Optional<String>> environment(Map<String, @Nullable Object> json) {
        Map<String, Optional<String>> variables = new LinkedHashMap<>();
        Json.members(json.get("env"))
                .forEach((name, value) -> variables.put(name, Optional.ofNullable((String) value)));
        return Collections.unmodifiableMap(variables);
    }

    private static String string(Map<String, @Nullable Object> json, String name) {
        return json.get(name) instanceof String text ? text : "";
    }
}
