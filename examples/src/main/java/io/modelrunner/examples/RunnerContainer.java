package io.modelrunner.examples;

import io.modelrunner.Failure;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.testcontainers.ModelRunnerContainer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.testcontainers.utility.DockerImageName;

/** Starts Docker Model Runner in a container that keeps its models in a volume, for the next time. */
final class RunnerContainer implements OwnRunnerRoad.Start {
    /** Stands before the remedy in messages of ours. */
    private static final String ARROW = "→";

    private final String docker;
    private final RunnerImage images;
    private final String volume;

    /**
     * Makes what starts one.
     *
     * @param docker the command of Docker
     * @param volume where the models are kept
     */
    RunnerContainer(String docker, String volume) {
        this.docker = docker;
        this.images = new RunnerImage(docker);
        this.volume = volume;
    }

    @Override
    public HttpAdapter runner(String image, Notes notes, Cleanup cleanup) {
        images.bring(image, notes);
        DockerImageName name = DockerImageName.parse(image).asCompatibleSubstituteFor("docker/model-runner");
        @SuppressWarnings("resource") // the cleanup closes it, and with it the adapter
        ModelRunnerContainer container = new ModelRunnerContainer(name).withModelCache(volume);
        DockerContainer removal = new DockerContainer(docker);
        String called = removal.lentName();
        container.withCreateContainerCmdModifier(command -> command.withName(called));
        AtomicBoolean starting = new AtomicBoolean(true);
        cleanup.add(() -> {
            container.stop();
            // Of a container that the engine is just making, Testcontainers knows nothing yet.
            if (starting.get()) {
                removal.remove();
            }
        });
        try {
            container.start();
            return container.adapter();
        } catch (RuntimeException e) {
            throw explained(image, e);
        } finally {
            starting.set(false);
        }
    }

    /** {@return a failure of the start, in our own words where it has some: what Testcontainers says around them refers to a log} */
    static RunnerUnreachableException explained(String image, RuntimeException failure) {
        String message = String.valueOf(telling(failure).getMessage());
        int arrow = message.indexOf(ARROW);
        String what = arrow < 0 ? message : message.substring(0, arrow).strip();
        Failure.Builder told =
                Failure.of(image + " could not be started: " + what).cause(failure);
        if (arrow >= 0) {
            told.remedy(message.substring(arrow + ARROW.length()).strip(), "");
        }
        return new RunnerUnreachableException(
                told.remedy("docker run --rm " + image, "to see why").build());
    }

    /** {@return the first that is of ours, or else the cause of all} */
    private static Throwable telling(Throwable failure) {
        Throwable last = failure;
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (isOurs(e)) {
                return e;
            }
            last = e;
        }
        return last;
    }

    private static boolean isOurs(Throwable e) {
        return e.getCause() instanceof ModelRunnerException
                || e instanceof ModelRunnerException
                || String.valueOf(e.getMessage()).contains(ARROW);
    }
}
