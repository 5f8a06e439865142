package io.modelrunner.testcontainers;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;

/** Builds our images where they are missing. */
final class ImageBuild {
    private static final int LIMIT_MINUTES = 15;

    private ImageBuild() {}

    /**
     * Builds an image unless it is there.
     *
     * @param image its name
     * @param part what the script calls it
     */
    static synchronized void provide(String image, String part) {
        try {
            DockerClientFactory.lazyClient().inspectImageCmd(image).exec();
        } catch (NotFoundException e) {
            build(part);
        }
    }

    private static void build(String part) {
        Path script = Path.of(System.getProperty("basedir", ""), "image", "build");
        try {
            Process process = new ProcessBuilder("bash", script.toString(), part)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.destroy();
                throw new IllegalStateException(script + " took longer than " + LIMIT_MINUTES + " minutes");
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
