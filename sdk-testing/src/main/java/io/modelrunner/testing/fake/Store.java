package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.testing.internal.Json;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The models that the runner has: manifests, their tags, and the blobs they are made of. */
final class Store {
    private static final Pattern SHORT_ID = Pattern.compile("[0-9a-f]{12}|[0-9a-f]{64}");
    private static final Pattern ID = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final long EMPTY = 42; // what the directory of an empty store takes up

    private final Map<String, Manifest> models = new LinkedHashMap<>();
    private final Map<String, String> tags = new LinkedHashMap<>(); // to ids
    private final Map<String, Blob> blobs = new LinkedHashMap<>();
    private final Map<String, Long> incomplete = new LinkedHashMap<>(); // bytes that a broken pull has left
    private final @Nullable StoreDirectory directory;

    /** Begins empty, and ends with the process. */
    Store() {
        this.directory = null;
    }

    private Store(StoreDirectory directory) {
        this.directory = directory;
        directory.manifests().forEach(manifest -> {
            models.put(manifest.id(), manifest);
            directory.tagsOf(manifest.id()).forEach(tag -> tags.put(tag, manifest.id()));
            manifest.blobs().forEach(digest -> directory.blob(digest).ifPresent(blob -> blobs.put(digest, blob)));
        });
    }

    /**
     * {@return a store that has what a directory has, and keeps all of it there}
     *
     * @throws java.io.UncheckedIOException if the directory can't be used
     */
    static Store in(Path directory) {
        return new Store(StoreDirectory.at(directory));
    }

    /** {@return the id of the model that a name means, as inference understands names} */
    synchronized Optional<String> idOf(String name) {
        String text = name.strip();
        int digest = text.indexOf("@sha256:");
        if (digest >= 0) {
            text = text.substring(digest + 1);
        }
        if (ID.matcher(text).matches()) {
            return models.containsKey(text) ? Optional.of(text) : Optional.empty();
        }
        if (SHORT_ID.matcher(text).matches()) {
            String prefix = "sha256:" + text;
            Optional<String> found =
                    models.keySet().stream().filter(id -> id.startsWith(prefix)).findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return text.isEmpty()
                ? Optional.empty()
                : ModelReference.parse(text).map(reference -> tags.get(reference.toString()));
    }

    /** {@return the id of the model that a name means to an inspection, which is content with its last part} */
    synchronized Optional<String> lenientIdOf(String name) {
        return idOf(name)
                .or(() -> tags.keySet().stream()
                        .filter(tag -> ModelReference.parse(tag)
                                .filter(it -> it.lastSegment().equals(name))
                                .isPresent())
                        .findFirst()
                        .map(tags::get));
    }

    /** @throws ModelTrouble if there is no such model, or only half of it */
    StoredModel model(String name) {
        return read(idOf(name).orElseThrow(() -> ModelTrouble.missing(ModelReference.shortForm(name))), name);
    }

    /** @throws ModelTrouble if there is no such model, or only half of it */
    synchronized StoredModel read(String id, String name) {
        Manifest manifest = models.get(id);
        if (manifest == null) {
            throw ModelTrouble.missing(name);
        }
        Blob config = blobs.get(manifest.configDigest());
        if (config == null) {
            throw ModelTrouble.halfThere(name, manifest.configDigest());
        }
        boolean loadable = manifest.layers().stream()
                .filter(layer -> layer.mediaType().equals(Manifest.Layer.GGUF))
                .anyMatch(layer -> has(layer, "GGUF"));
        return shown(manifest, tagsOf(id), config, loadable);
    }

    private boolean has(Manifest.Layer layer, String beginning) {
        Blob blob = blobs.get(layer.digest());
        return blob != null && blob.startsWith(beginning);
    }

    /** {@return a model as it would be shown} */
    static StoredModel shown(Manifest manifest, List<String> tags, Blob config, boolean loadable) {
        Map<String, @Nullable Object> file = Json.readObject(new String(config.bytes(), UTF_8));
        Map<String, @Nullable Object> members =
                file.get("config") instanceof Map<?, ?> map ? Json.members(map) : Json.object();
        long created = 0;
        if (file.get("descriptor") instanceof Map<?, ?> descriptor) {
            try {
                created =
                        Instant.parse(String.valueOf(descriptor.get("created"))).getEpochSecond();
            } catch (DateTimeParseException e) {
                created = 0; // it does not say
            }
        }
        return new StoredModel(manifest, tags, created, members, loadable);
    }

    /** {@return all models of which the whole is there, in the order in which they came} */
    synchronized List<StoredModel> all() {
        List<StoredModel> all = new ArrayList<>();
        for (Manifest manifest : models.values()) {
            if (blobs.containsKey(manifest.configDigest())) {
                all.add(read(manifest.id(), manifest.id()));
            }
        }
        return all;
    }

    synchronized List<String> tagsOf(String id) {
        return tags.entrySet().stream()
                .filter(tag -> tag.getValue().equals(id))
                .map(Map.Entry::getKey)
                .toList();
    }

    synchronized void tag(String id, ModelReference tag) {
        tags.put(tag.toString(), id);
        keepIndex();
    }

    synchronized void add(Manifest manifest) {
        models.put(manifest.id(), manifest);
        manifest.layers().forEach(layer -> incomplete.remove(layer.digest()));
        keepIndex();
    }

    synchronized void add(Blob blob) {
        blobs.put(blob.digest(), directory == null ? blob : directory.keep(blob));
    }

    /** Adds a whole model under a name. */
    synchronized void add(OfferedModel model) {
        model.blobs().forEach(this::add);
        add(model.manifest());
        tag(model.id(), model.reference());
    }

    /** {@return whether there is a model of that id, be it damaged} */
    synchronized boolean knows(String id) {
        return models.containsKey(id);
    }

    synchronized boolean has(String digest) {
        return blobs.containsKey(digest);
    }

    synchronized Optional<Blob> blob(String digest) {
        return Optional.ofNullable(blobs.get(digest));
    }

    /** Loses the configuration of a model, as two pulls at once do. */
    synchronized void damage(String id) {
        Manifest manifest = models.get(id);
        if (manifest != null) {
            discard(manifest.configDigest());
        }
    }

    synchronized long incomplete(String digest) {
        return incomplete.getOrDefault(digest, 0L);
    }

    synchronized void incomplete(String digest, long bytes) {
        incomplete.put(digest, bytes);
    }

    /** Removes one tag; {@return whether the model went with it} */
    synchronized boolean untag(String tag) {
        String id = tags.remove(tag);
        if (id == null || !tagsOf(id).isEmpty()) {
            keepIndex();
            return false;
        }
        remove(id);
        return true;
    }

    /** Removes a model with all its tags. */
    synchronized void remove(String id) {
        models.remove(id);
        tags.values().removeIf(id::equals);
        Set<String> needed = new HashSet<>();
        models.values().forEach(manifest -> needed.addAll(manifest.blobs()));
        keepIndex();
        discard(id);
        discard(digest -> !needed.contains(digest));
    }

    synchronized void purge() {
        List<String> ids = List.copyOf(models.keySet());
        models.clear();
        tags.clear();
        incomplete.clear();
        keepIndex();
        ids.forEach(this::discard);
        discard(digest -> true);
    }

    private void keepIndex() {
        if (directory != null) {
            directory.keep(models.values(), this::tagsOf);
        }
    }

    private void discard(Predicate<String> which) {
        blobs.keySet().stream().filter(which).toList().forEach(this::discard);
    }

    private void discard(String digest) {
        blobs.remove(digest);
        if (directory != null) {
            directory.discard(digest);
        }
    }

    synchronized long diskUsage() {
        return EMPTY + blobs.values().stream().mapToLong(Blob::size).sum();
    }
}
