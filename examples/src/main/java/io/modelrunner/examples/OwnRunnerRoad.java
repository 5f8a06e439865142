package io.modelrunner.examples;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.sdk.ModelRunner;
import io.modelrunner.store.ModelStore;
import io.modelrunner.store.PullStream;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Docker Model Runner in a container that lives as long as the answer, if the user agrees to what is downloaded for it. */
final class OwnRunnerRoad implements Road {
    static final String MODEL = "ai/smollm2:135M-Q4_0";

    private final Function<Notes, Optional<Predicate<String>>> asking;
    private final Start start;

    /** Starts a runner. */
    interface Start {
        /**
         * {@return an adapter for a runner that was started}
         *
         * @param image the image of the runner
         * @param notes is told what takes long
         * @param cleanup takes what must be ended after the answer
         */
        HttpAdapter runner(String image, Notes notes, Cleanup cleanup);
    }

    /**
     * Makes the road.
     *
     * @param asking gives what asks the user, where there is one
     * @param start starts a runner
     */
    OwnRunnerRoad(Function<Notes, Optional<Predicate<String>>> asking, Start start) {
        this.asking = asking;
        this.start = start;
    }

    @Override
    public String name() {
        return "model runner of its own";
    }

    @Override
    public Optional<Partner> open(Arguments arguments, Notes notes, Cleanup cleanup) {
        String image = arguments.image().orElse("docker/model-runner:latest");
        String model = arguments.model().orElse(MODEL);
        if (!arguments.yes()) {
            obtainConsent(image, model, notes);
        }
        notes.taken(this, "starting " + image + "; model " + model);
        HttpAdapter adapter = start.runner(image, notes, cleanup);
        pull(adapter.power(ModelStore.class).orElseThrow(), model, notes);
        return Optional.of(new Partner(ModelRunner.builder().adapter(adapter).build(), model));
    }

    private void obtainConsent(String image, String model, Notes notes) {
        Predicate<String> question = asking.apply(notes)
                .orElseThrow(() -> new RequestRefusedException(
                        Failure.of("there is no terminal to ask whether to download " + image)
                                .remedy("add --yes", "a download of a gigabyte or more is all right")
                                .build()));
        if (!question.test("May " + image + " and " + model
                + " be downloaded, unless they are here? That can be a gigabyte or more.")) {
            throw new CancelledException(Failure.of("nothing was downloaded or started")
                    .remedy("./quickstart \"Hello\"", "a tiny model will do")
                    .build());
        }
    }

    private static void pull(ModelStore models, String model, Notes notes) {
        try (PullStream pull = models.pull(model);
                PullProgress progress = PullProgress.on(notes.err())) {
            pull.join(progress);
        }
    }
}
