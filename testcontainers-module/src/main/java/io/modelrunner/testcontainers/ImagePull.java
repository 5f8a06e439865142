package io.modelrunner.testcontainers;

import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.ImagePullPolicy;
import org.testcontainers.images.TimeLimitedLoggedPullImageResultCallback;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.DockerLoggerFactory;
import org.testcontainers.utility.TestcontainersConfiguration;

/**
 * Pulls the image of a container where a policy says so, once, and says why it can't be had.
 *
 * <p>Testcontainers' own pull is tried again for minutes, and does not tell the reason. It asks a policy before: this one
 * pulls then, and leaves nothing to do.
 */
final class ImagePull implements ImagePullPolicy {
    private static final Pattern WORDS_OF_THE_ENGINE = Pattern.compile("\\{\"message\":\"(.*)\"}");
    // What Testcontainers falls back to as well: most engines can emulate it.
    private static final String OTHER_PLATFORM = "linux/amd64";

    private final ImagePullPolicy policy;

    ImagePull(ImagePullPolicy policy) {
        this.policy = policy;
    }

    /**
     * Has the image of a container brought.
     *
     * @throws ContainerLaunchException with the reason, if it can't be had
     */
    static void bring(GenericContainer<?> container) {
        try {
            container.getDockerImageName();
        } catch (ContainerFetchException e) {
            throw e.getCause() instanceof ContainerLaunchException told ? told : e;
        }
    }

    @Override
    public boolean shouldPull(DockerImageName image) {
        if (policy.shouldPull(image)) {
            pull(image);
        }
        return false;
    }

    private static void pull(DockerImageName image) {
        PullImageCmd command = DockerClientFactory.lazyClient()
                .pullImageCmd(image.getUnversionedPart())
                .withTag(image.getVersionPart());
        Logger log = DockerLoggerFactory.getLogger(image.asCanonicalNameString());
        log.info("Pulling the image");
        try {
            pull(command, log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerLaunchException("interrupted while the image " + image + " was pulled", e);
        } catch (RuntimeException e) {
            throw new ContainerLaunchException(
                    "the image %s could not be had: %s\n  → docker pull %s, or name another image"
                            .formatted(image, reason(e), image),
                    e);
        }
    }

    private static void pull(PullImageCmd command, Logger log) throws InterruptedException {
        try {
            new Progress(log).await(command);
        } catch (NotFoundException | DockerClientException e) {
            new Progress(log).await(command.withPlatform(OTHER_PLATFORM));
        }
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.toString() : root.getMessage();
        Matcher words = WORDS_OF_THE_ENGINE.matcher(message);
        return words.find() ? words.group(1).replace("\\\"", "\"") : message.strip();
    }

    /** Logs the progress, and ends a pull without any: Testcontainers interrupts the thread for that. */
    private static final class Progress extends TimeLimitedLoggedPullImageResultCallback {
        private final Duration patience =
                Duration.ofSeconds(TestcontainersConfiguration.getInstance().getImagePullPauseTimeout());
        private volatile long last = System.nanoTime();

        Progress(Logger log) {
            super(log);
        }

        @Override
        public void onNext(PullResponseItem item) {
            if (item.getProgressDetail() != null) {
                last = System.nanoTime();
            }
            super.onNext(item);
        }

        void await(PullImageCmd command) throws InterruptedException {
            try {
                command.exec(this).awaitCompletion();
            } catch (InterruptedException e) {
                if (System.nanoTime() - last < patience.toNanos()) {
                    throw e;
                }
                throw new IllegalStateException("no progress within " + patience.toSeconds() + " s");
            }
        }
    }
}
