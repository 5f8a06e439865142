package io.modelrunner.testcontainers;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/** The image of llama.cpp with the tiny models, built when it is not there. */
final class TinyImage {
    private static final String BUILT = "model-runner-sdk/llama.cpp:tiny";
    private static final int BUILD_LIMIT_MINUTES = 8;

    private TinyImage() {}

    /** {@return its name, or that of the image to test instead} */
    static DockerImageName name() {
        return DockerImageName.parse(System.getProperty("model-runner.it.llama-cpp-image", BUILT))
                .asCompatibleSubstituteFor("ghcr.io/ggml-org/llama.cpp");
    }

    /** {@return whether it is the one that is built here} */
    static boolean isBuilt() {
        return name().asCanonicalNameString().equals(BUILT);
    }

    /** Builds the image unless it is there; another one is pulled by Testcontainers. */
    static synchronized void provide() {
        if (isBuilt() && !isThere()) {
            build();
        }
    }

    private static boolean isThere() {
        try {
            DockerClientFactory.lazyClient().inspectImageCmd(BUILT).exec();
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
