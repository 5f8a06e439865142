package io.modelrunner.testing.fake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model as a registry has it.
 *
 * @param reference its name there
 * @param manifest what it is made of
 * @param blobs its files, and last its configuration
 * @param token what one must bring to have it; null if nothing
 */
record OfferedModel(
        ModelReference reference,
        Manifest manifest,
        List<Blob> blobs,
        @Nullable String token) {
    String id() {
        return manifest.id();
    }

    Blob config() {
        return blobs.get(blobs.size() - 1);
    }
}
