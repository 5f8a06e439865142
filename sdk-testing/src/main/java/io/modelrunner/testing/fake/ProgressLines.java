package io.modelrunner.testing.fake;

import java.io.IOException;

/** How one of the APIs tells of a transfer. */
interface ProgressLines {
    /** Tells how far a layer is. */
    void layer(Manifest.Layer layer, long current, long total) throws IOException;

    /** Ends it well. */
    void success(String message) throws IOException;

    /** Ends it badly, after the status was sent. */
    void failure(String message, String last) throws IOException;
}
