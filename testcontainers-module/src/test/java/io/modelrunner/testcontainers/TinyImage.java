package io.modelrunner.testcontainers;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;

/** The image of llama.cpp with the tiny models, built when it is not there. */
final class TinyImage {
    private static final int BUILD_LIMIT_MINUTES = 8;

    private TinyImage() {}

    /** Builds the image unless it is there. */
    static synchronized void provide() {
        if (!isThere()) {
            build();
        }
    }

    private static boolean isThere() {
        try {
            DockerClientFactory.lazyClient()
                    .inspectImageCmd(LlamaCppContainer.IMAGE.asCanonicalNameString())
                    .exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    private static void build() {
        Path script = Path.of(System.getProperty("basedir", ""), "image", "build");
        try {
            Process process = new ProcessBuilder("bash", script.toString())
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (!process.waitFor(BUILD_LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.destroy();
                throw new IllegalStateException(script + " took longer than " + BUILD_LIMIT_MINUTES + " minutes");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(script + " failed, see its output");
            }
        } catch (IOException e) {
            throw new IllegalStateException(script + " could not be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + script + " was running", e);
        }
    }
}
