package io.modelrunner.testing.fake;

import java.io.EOFException;
import java.io.IOException;

/** A transfer that fails after it has begun, for the reason that a fault gives. */
final class FailingProgress implements ProgressLines {
    private final ProgressLines lines;
    private final Fault fault;
    private int told;

    FailingProgress(ProgressLines lines, Fault fault) {
        this.lines = lines;
        this.fault = fault;
    }

    @Override
    public void layer(Manifest.Layer layer, long current, long total) throws IOException {
        if (told == fault.after()) {
            fail();
        }
        lines.layer(layer, current, total);
        told++;
    }

    @Override
    public void success(String message) throws IOException {
        fail();
    }

    @Override
    public void failure(String message, String last) throws IOException {
        lines.failure(message, last);
    }

    private void fail() throws IOException {
        lines.failure(
                "Error: " + fault.reason(), "error while pulling model: writing image to store: " + fault.reason());
        throw new EOFException("the fault has ended the answer");
    }
}
