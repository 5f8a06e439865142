package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.util.Map;

/** Takes an archive into the store, with the checks that the runner makes, and without the one it does not make. */
final class Loading {
    private static final String BLOBS = "blobs/sha256/";

    private final Store store;

    Loading(Store store) {
        this.store = store;
    }

    void load(Call call) throws IOException {
        Map<String, byte[]> files;
        try {
            files = Archive.files(call.exchange().requestBytes());
        } catch (IllegalArgumentException e) {
            throw failure("model load interrupted: " + e.getMessage());
        }
        files.forEach((name, content) -> {
            if (name.startsWith(BLOBS)) {
                take("sha256:" + name.substring(BLOBS.length()), content);
            }
        });
        byte[] content = files.get("manifest.json");
        if (content == null) {
            throw failure("read manifest: manifest not found");
        }
        store.add(complete(content));
        String message = Json.write(Json.object(
                "type",
                "success",
                "message",
                "Model loaded successfully",
                "total",
                0,
                "layer",
                Json.object("size", 0, "current", 0),
                "mode",
                "pull"));
        call.answer(Reply.text(message + "\n"));
    }

    private void take(String digest, byte[] content) {
        if (store.has(digest)) {
            return; // it is not even read
        }
        Blob blob = Blob.of(content);
        if (!blob.digest().equals(digest)) {
            throw failure("writing blob: blob digest mismatch for \"" + digest + "\": expected " + digest + ", got "
                    + blob.digest());
        }
        store.add(blob);
    }

    /** {@return the manifest, whose layers are all there} Nobody looks whether the configuration is. */
    private Manifest complete(byte[] content) {
        Manifest manifest;
        try {
            manifest = Manifest.parse(content);
        } catch (IllegalArgumentException e) {
            throw failure("parse manifest: " + e.getMessage());
        }
        for (Manifest.Layer layer : manifest.layers()) {
            if (!store.has(layer.digest())) {
                throw failure("write manifest: missing blob \"" + layer.digest()
                        + "\" for manifest - refusing to write unless all blobs exist");
            }
        }
        return manifest;
    }

    private static Refusal failure(String reason) {
        return new Refusal(500, "error while loading model: " + reason);
    }
}
