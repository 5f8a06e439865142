package io.modelrunner.http;

import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.testing.RecordingAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract once more, recorded: a recorder in between is not to be noticed. */
class RecordingAdapterContractTest extends HttpAdapterContractTest {
    @TempDir
    static Path directory;

    @Override
    public LLMAdapter newAdapter() {
        try {
            return RecordingAdapter.of(runnerUrl(), Files.createTempDirectory(directory, "contract"), HttpAdapter::at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
