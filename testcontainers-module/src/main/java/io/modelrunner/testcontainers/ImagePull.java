package io.modelrunner.testcontainers;

import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PullResponseItem;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    private final Duration patience;

    ImagePull(ImagePullPolicy policy) {
        this(
                policy,
                Duration.ofSeconds(TestcontainersConfiguration.getInstance().getImagePullPauseTimeout()));
    }

    /** @param patience how long there may be no news of a pull */
    ImagePull(ImagePullPolicy policy, Duration patience) {
        this.policy = policy;
        this.patience = patience;
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

    private void pull(DockerImageName image) {
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

    private void pull(PullImageCmd command, Logger log) throws InterruptedException {
        try {
            new Progress(log).await(command, patience);
        } catch (NotFoundException | DockerClientException e) {
            new Progress(log).await(command.withPlatform(OTHER_PLATFORM), patience);
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

    /** Logs the progress, and knows of the last news; only in the callback's own wait would Testcontainers interrupt us. */
    private static final class Progress extends TimeLimitedLoggedPullImageResultCallback {
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile long news = System.nanoTime();

        Progress(Logger log) {
            super(log);
        }

        @Override
        public void onNext(PullResponseItem item) {
            news = System.nanoTime();
            super.onNext(item);
        }

        @Override
        public void close() throws IOException {
            ended.countDown();
            super.close();
        }

        void await(PullImageCmd command, Duration patience) throws InterruptedException {
            command.exec(this);
            try {
                long left = patience.toNanos();
                boolean over = false;
                while (left > 0 && !over) {
                    over = ended.await(left, TimeUnit.NANOSECONDS);
                    left = patience.toNanos() - (System.nanoTime() - news);
                }
                if (left <= 0) {
                    throw new IllegalStateException("no progress within " + patience.toSeconds() + " s");
                }
                awaitCompletion();
            } finally {
                abandon();
            }
        }

        /** What has ended is not changed by this. */
        private void abandon() {
            try {
                close();
            } catch (IOException e) {
                // Then the engine goes on with it, as it does for other pulls of the image.
            }
        }
    }
}
