package io.modelrunner.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.modelrunner.testing.internal.Json;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges that were recorded from real runners, by the name {@code folder/exchange}.
 *
 * <p>The folders are {@code service}, {@code models}, {@code engines}, {@code inference}, {@code other-apis} (Docker Model
 * Runner), {@code llama-cpp} (llama.cpp's own server) and {@code ollama}. {@link CliRecordings} has the runs of the command.
 */
public final class Recordings {
    private Recordings() {}

    /**
     * {@return a recorded exchange}
     *
     * @param name such as {@code inference/chat}
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Recording load(String name) {
        try {
            return parse(Json.readObject(text(requireNonNull(name, "name") + ".json")));
        } catch (FileNotFoundException e) {
            throw new IllegalArgumentException("there is no recording " + name, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return all exchanges of a folder, by name}
     *
     * @param folder such as {@code llama-cpp}
     * @throws IllegalArgumentException if there is no such folder
     */
    public static List<Recording> folder(String folder) {
        String prefix = requireNonNull(folder, "folder") + "/";
        List<Recording> found = names().stream()
                .filter(name -> name.startsWith(prefix))
                .map(Recordings::load)
                .toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("there is no folder of recordings " + folder);
        }
        return found;
    }

    /** {@return the names of all exchanges, in order} Read from an index: a folder of a jar can't be listed everywhere. */
    public static List<String> names() {
        try {
            return text("index.txt").lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String resource) throws IOException {
        try (InputStream in = Recordings.class.getResourceAsStream("recordings/" + resource)) {
            if (in == null) {
                throw new FileNotFoundException(resource);
            }
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    /** {@return the exchange that a file describes} */
    static Recording parse(Map<String, @Nullable Object> json) {
        return new Recording(
                string(json, "name"),
                string(json, "about"),
                request(Json.members(json.get("request"))),
                response(Json.members(json.get("response"))));
    }

    private static Recording.Request request(Map<String, @Nullable Object> json) {
        return new Recording.Request(string(json, "method"), string(json, "path"), headers(json), string(json, "body"));
    }

    private static Recording.Response response(Map<String, @Nullable Object> json) {
        String body = string(json, "body");
        long length = json.containsKey("bodyLength") ? number(json, "bodyLength") : body.getBytes(UTF_8).length;
        Recording.End end = switch (string(json, "truncatedBy")) {
            case "server" -> Recording.End.CUT_BY_SERVER;
            case "client" -> Recording.End.CUT_BY_CLIENT;
            default -> Recording.End.WHOLE;
        };
        return new Recording.Response((int) number(json, "status"), headers(json), body, length, end);
    }

    private static Map<String, String> headers(Map<String, @Nullable Object> json) {
        Map<String, String> headers = new LinkedHashMap<>();
        Json.members(json.get("headers")).forEach((name, value) -> headers.put(name, String.valueOf(value)));
        return Collections.unmodifiableMap(headers);
    }

    private static long number(Map<String, @Nullable Object> json, String name) {
        return json.get(name) instanceof BigDecimal number ? number.longValueExact() : 0;
    }

    private static String string(Map<String, @Nullable Object> json, String name) {
        return json.get(name) instanceof String text ? text : "";
    }
}
