package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.internal.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model that a {@link FakeModelRunner} has, or that its registry offers.
 *
 * <p>Its file is noise of the size asked for, and what is told of it is what a real runner told of {@code ai/tiny}. Its
 * digests are true ones, so it can be exported, loaded and tagged. Two models of one repository share their file, as tags
 * of a model often do. Immutable.
 */
public final class FakeModel {
    private static final int TINY = 1_028_320;
    private static final String CREATED = "2026-11-21T08:32:36Z";

    private enum Kind {
        CHAT,
        EMBEDDING,
        RERANKING,
        VISION,
        GIVEN
    }

    private final ModelReference reference;
    private final Kind kind;
    private final int contextSize;
    private final boolean broken;
    private final @Nullable String token;
    private final List<Blob> files;
    private final Blob config;
    private final Manifest manifest;

    private FakeModel(
            ModelReference reference,
            Kind kind,
            int contextSize,
            boolean broken,
            @Nullable String token,
            List<Blob> files) {
        this.reference = reference;
        this.kind = kind;
        this.contextSize = contextSize;
        this.broken = broken;
        this.token = token;
        this.files = files;
        this.config = Blob.of(Json.write(Json.object("config", config(), "descriptor", Json.object("created", CREATED)))
                .getBytes(UTF_8));
        this.manifest = Manifest.of(config, layers());
    }

    private static FakeModel of(String name, Kind kind) {
        ModelReference reference = reference(name);
        FakeModel model = new FakeModel(reference, kind, 2048, false, null, noise(reference, false, TINY));
        return kind == Kind.VISION ? model.withFiles(TINY, TINY / 25) : model;
    }

    private static ModelReference reference(String name) {
        return ModelReference.parse(requireNonNull(name, "name"))
                .orElseThrow(() -> new IllegalArgumentException("name: \"" + name + "\" is no name of a model"));
    }

    /**
     * {@return a model for chat and completions}
     *
     * @param name in any form that the runner understands, such as {@code ai/smollm2:135M}
     * @throws IllegalArgumentException if it is none
     */
    public static FakeModel chat(String name) {
        return of(name, Kind.CHAT);
    }

    /**
     * {@return a model that embeds}
     *
     * @param name in any form that the runner understands
     * @throws IllegalArgumentException if it is none
     */
    public static FakeModel embedding(String name) {
        return of(name, Kind.EMBEDDING);
    }

    /**
     * {@return a model that reranks}
     *
     * @param name in any form that the runner understands
     * @throws IllegalArgumentException if it is none
     */
    public static FakeModel reranking(String name) {
        return of(name, Kind.RERANKING);
    }

    /**
     * {@return a model for chat that takes pictures}
     *
     * @param name in any form that the runner understands
     * @throws IllegalArgumentException if it is none
     */
    public static FakeModel vision(String name) {
        return of(name, Kind.VISION);
    }

    /**
     * {@return a model for chat of which the file is given, for a runner that is a {@linkplain StandIn stand-in}}
     *
     * <p>What the file says of itself is not read: list and inspect show no more than its format and size.
     *
     * @param name in any form that the runner understands
     * @param gguf the file; it is read once now and again for every export, so it must stay as it is
     * @throws IllegalArgumentException if the name is none
     * @throws java.io.UncheckedIOException if the file can't be read
     */
    public static FakeModel of(String name, Path gguf) {
        return new FakeModel(reference(name), Kind.GIVEN, 0, false, null, List.of(Blob.of(gguf)));
    }

    /**
     * {@return this model made of files of other sizes, of which the progress of a pull tells one by one}
     *
     * @param sizes in bytes, of which there must be memory for all: the weights, and what belongs to them
     */
    public FakeModel withFiles(int... sizes) {
        if (sizes.length == 0 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException(
                    "sizes: there must be at least one, and each positive: " + Arrays.toString(sizes));
        }
        return new FakeModel(reference, kind, contextSize, broken, token, noise(reference, broken, sizes));
    }

    /**
     * {@return this model made of files that are given, for a runner that is a {@linkplain StandIn stand-in}}
     *
     * <p>What is told of it stays as it was, but for the size.
     *
     * @param weights the file of the model; like the others it is read once now and again later, so it must stay as it is
     * @param more what belongs to it, such as the projector of a {@linkplain #vision model that takes pictures}
     * @throws java.io.UncheckedIOException if a file can't be read
     */
    public FakeModel withFiles(Path weights, Path... more) {
        List<Blob> given =
                Stream.concat(Stream.of(weights), Stream.of(more)).map(Blob::of).toList();
        return new FakeModel(reference, kind, contextSize, broken, token, given);
    }

    /**
     * {@return this model with another context size in its package}
     *
     * @param tokens how many; 0 if the package does not say
     */
    public FakeModel withContextSize(int tokens) {
        return new FakeModel(reference, kind, tokens, broken, token, files);
    }

    /** {@return this model with a file that no engine can load} It can be pulled and listed all the same. */
    public FakeModel broken() {
        int[] sizes = files.stream().mapToInt(file -> (int) file.size()).toArray();
        return new FakeModel(reference, kind, contextSize, true, token, noise(reference, true, sizes));
    }

    /**
     * {@return this model in a registry that hands it to nobody but those who bring a token}
     *
     * @param accepted the token
     */
    public FakeModel forToken(String accepted) {
        return new FakeModel(reference, kind, contextSize, broken, requireNonNull(accepted, "accepted"), files);
    }

    /** {@return the id that a runner gives to the model: {@code sha256:} and 64 digits} */
    public String id() {
        return manifest.id();
    }

    /** {@return the name in full, such as {@code docker.io/ai/tiny:latest}} */
    public String name() {
        return reference.toString();
    }

    private static List<Blob> noise(ModelReference reference, boolean broken, int... sizes) {
        List<Blob> files = new ArrayList<>();
        for (int size : sizes) {
            String seed = reference.repository() + files.size() + (broken ? " broken" : "");
            files.add(Blob.noise(broken || !files.isEmpty() ? "noise" : "GGUF", size, seed));
        }
        return List.copyOf(files);
    }

    private List<Manifest.Layer> layers() {
        List<Manifest.Layer> layers = new ArrayList<>();
        for (Blob file : files) {
            String more = kind == Kind.VISION ? Manifest.Layer.MMPROJ : Manifest.Layer.GGUF;
            String type = layers.isEmpty() ? Manifest.Layer.GGUF : more;
            layers.add(new Manifest.Layer(type, file.digest(), file.size()));
        }
        return List.copyOf(layers);
    }

    private Map<String, @Nullable Object> config() {
        Map<String, @Nullable Object> shown = switch (kind) {
            case CHAT, VISION -> recorded("docker.io/ai/tiny:latest");
            case EMBEDDING -> recorded("docker.io/ai/tiny-embed:latest");
            case RERANKING -> recorded("docker.io/ai/tiny-rerank:latest");
            case GIVEN -> Json.object("format", "gguf"); // what else it says of itself is not read
        };
        shown.put("size", display(files.get(0).size()));
        if (contextSize == 0) {
            shown.remove("context_size");
        } else {
            shown.put("context_size", contextSize);
        }
        return shown;
    }

    /** {@return what a real runner told of the model that is most like this one} */
    private static Map<String, @Nullable Object> recorded(String tag) {
        Object all = Json.read(Recordings.load("models/list-several").response().body());
        for (Object model : all instanceof List<?> list ? list : List.of()) {
            if (Json.members(model).get("tags") instanceof List<?> tags && tags.contains(tag)) {
                return new LinkedHashMap<>(Json.members(Json.members(model).get("config")));
            }
        }
        throw new IllegalStateException("the recordings lack " + tag);
    }

    /** {@return a size as the runner shows it, such as {@code 973.50KiB}} */
    static String display(long bytes) {
        double size = bytes;
        String unit = "B";
        for (String next : List.of("KiB", "MiB", "GiB")) {
            if (size >= 1024) {
                size /= 1024;
                unit = next;
            }
        }
        return String.format(Locale.ROOT, "%.2f%s", size, unit);
    }

    OfferedModel offered() {
        List<Blob> blobs = new ArrayList<>(files);
        blobs.add(config);
        return new OfferedModel(reference, manifest, List.copyOf(blobs), token);
    }

    /** {@return the name in full} */
    @Override
    public String toString() {
        return name();
    }
}
