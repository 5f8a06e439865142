package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.testing.internal.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model is made of.
 *
 * @param content the manifest's own bytes, whose digest is the model's id
 * @param configDigest which blob is its configuration
 * @param layers its files
 */
record Manifest(Blob content, String configDigest, List<Layer> layers) {
    private static final String CONFIG_TYPE = "application/vnd.docker.ai.model.config.v0.1+json";

    /**
     * A file of a model.
     *
     * @param mediaType says what it is
     * @param digest which blob it is
     * @param size its bytes
     */
    record Layer(String mediaType, String digest, long size) {
        static final String GGUF = "application/vnd.docker.ai.gguf.v3";
        static final String MMPROJ = "application/vnd.docker.ai.mmproj";
        static final String TEMPLATE = "application/vnd.docker.ai.chat.template.jinja";
    }

    static Manifest of(Blob config, List<Layer> layers) {
        Map<String, @Nullable Object> manifest = Json.object(
                "schemaVersion",
                2,
                "mediaType",
                "application/vnd.oci.image.manifest.v1+json",
                "config",
                Json.object("mediaType", CONFIG_TYPE, "size", config.size(), "digest", config.digest()),
                "layers",
                layers.stream().map(Manifest::described).toList());
        return new Manifest(Blob.of(Json.write(manifest).getBytes(UTF_8)), config.digest(), layers);
    }

    private static Map<String, @Nullable Object> described(Layer layer) {
        return Json.object("mediaType", layer.mediaType(), "size", layer.size(), "digest", layer.digest());
    }

    /**
     * {@return the manifest that an archive has}
     *
     * @throws IllegalArgumentException if it is none
     */
    static Manifest parse(byte[] content) {
        Map<String, @Nullable Object> manifest = Json.readObject(new String(content, UTF_8));
        List<Layer> layers = new ArrayList<>();
        if (manifest.get("layers") instanceof List<?> list) {
            for (Object item : list) {
                Map<String, @Nullable Object> layer = Json.members(item);
                long size = layer.get("size") instanceof BigDecimal number ? number.longValue() : 0;
                layers.add(
                        new Layer(String.valueOf(layer.get("mediaType")), String.valueOf(layer.get("digest")), size));
            }
        }
        Object config = Json.members(manifest.get("config")).get("digest");
        return new Manifest(Blob.of(content), String.valueOf(config), List.copyOf(layers));
    }

    String id() {
        return content.digest();
    }

    /** {@return the digests of all that it is made of} */
    List<String> blobs() {
        List<String> digests = new ArrayList<>();
        layers.forEach(layer -> digests.add(layer.digest()));
        digests.add(configDigest);
        return digests;
    }

    long size() {
        return layers.stream().mapToLong(Layer::size).sum();
    }

    boolean has(String mediaType) {
        return layers.stream().anyMatch(layer -> layer.mediaType().equals(mediaType));
    }
}
