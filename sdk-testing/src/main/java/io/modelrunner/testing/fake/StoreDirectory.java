package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A store's models in files, laid out much as the runner does: {@code models.json} with the tags, and a file for each
 * manifest and blob, named by its digest.
 *
 * <p>Each file appears whole or not at all; the index comes after what it names, so a process that is ended at any moment
 * leaves nothing that can't be read.
 */
final class StoreDirectory {
    private static final String INDEX = "models.json";
    private static final String MANIFESTS = "manifests";
    private static final String BLOBS = "blobs";
    private static final String ALGORITHM = "sha256:";
    private static final Pattern DIGEST = Pattern.compile(ALGORITHM + "[0-9a-f]{64}");

    private final Path root;
    private final Map<String, List<String>> found = new LinkedHashMap<>(); // tags by id

    private StoreDirectory(Path root) {
        this.root = root;
    }

    /**
     * {@return a directory, which is made unless it is there}
     *
     * @throws UncheckedIOException if it can't be read or written
     */
    static StoreDirectory at(Path root) {
        StoreDirectory directory = new StoreDirectory(root);
        try {
            Files.createDirectories(directory.folder(MANIFESTS));
            Files.createDirectories(directory.folder(BLOBS));
            if (!Files.isWritable(root)) {
                throw new AccessDeniedException(root.toString());
            }
            directory.write(root.resolve("layout.json"), Blob.of("{\"version\":\"1.0.0\"}".getBytes(UTF_8)));
            directory.readIndex();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readIndex() throws IOException {
        Path index = root.resolve(INDEX);
        if (!Files.exists(index)) {
            return;
        }
        Object models = parsed(index).get("models");
        for (Object model : models instanceof List<?> list ? list : List.of()) {
            List<String> names = new ArrayList<>();
            if (Json.members(model).get("tags") instanceof List<?> list) {
                list.forEach(tag -> names.add(String.valueOf(tag)));
            }
            found.put(String.valueOf(Json.members(model).get("id")), names);
        }
    }

    private static Map<String, @Nullable Object> parsed(Path index) throws IOException {
        try {
            return Json.readObject(Files.readString(index));
        } catch (IllegalArgumentException e) {
            throw new IOException(index + ": " + e.getMessage(), e);
        }
    }

    /** {@return what was found of models when the directory was opened} */
    List<Manifest> manifests() {
        return found.keySet().stream()
                .flatMap(id -> read(MANIFESTS, id).stream())
                .map(blob -> Manifest.parse(blob.bytes()))
                .toList();
    }

    /** {@return the tags of a model that was found} */
    List<String> tagsOf(String id) {
        return found.getOrDefault(id, List.of());
    }

    /** {@return a blob, if it is there} */
    Optional<Blob> blob(String digest) {
        return read(BLOBS, digest);
    }

    private Optional<Blob> read(String kind, String digest) {
        if (!DIGEST.matcher(digest).matches()) {
            return Optional.empty(); // nobody has checked what a manifest says
        }
        Path file = file(kind, digest);
        try {
            return Files.exists(file)
                    ? Optional.of(new Blob(digest, Files.size(file), () -> Files.newInputStream(file)))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a blob unless it is there; {@return it, to be read from there} */
    Blob keep(Blob blob) {
        return keep(BLOBS, blob);
    }

    private Blob keep(String kind, Blob blob) {
        Optional<Blob> known = read(kind, blob.digest());
        if (known.isPresent()) {
            return known.get();
        }
        Path file = file(kind, blob.digest());
        write(file, blob);
        return new Blob(blob.digest(), blob.size(), () -> Files.newInputStream(file));
    }

    /** Removes a blob or manifest. */
    void discard(String digest) {
        try {
            Files.deleteIfExists(file(BLOBS, digest));
            Files.deleteIfExists(file(MANIFESTS, digest));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes which models there are. */
    void keep(Collection<Manifest> models, Function<String, List<String>> tagsOf) {
        List<Map<String, @Nullable Object>> index = new ArrayList<>();
        for (Manifest model : models) {
            keep(MANIFESTS, model.content());
            index.add(Json.object("id", model.id(), "tags", tagsOf.apply(model.id()), "files", model.blobs()));
        }
        write(
                root.resolve(INDEX),
                Blob.of(Json.write(Json.object("models", index)).getBytes(UTF_8)));
    }

    private Path folder(String kind) {
        return root.resolve(kind).resolve("sha256");
    }

    private Path file(String kind, String digest) {
        return folder(kind).resolve(digest.substring(ALGORITHM.length()));
    }

    private void write(Path file, Blob content) {
        Path incomplete = file.resolveSibling(file.getFileName() + ".incomplete");
        try (InputStream in = content.source().open()) {
            Files.copy(in, incomplete, StandardCopyOption.REPLACE_EXISTING);
            Files.move(incomplete, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
