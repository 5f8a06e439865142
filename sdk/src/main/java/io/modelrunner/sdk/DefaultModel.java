package io.modelrunner.sdk;

import io.modelrunner.Failure;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.http.HttpAdapter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The model that is asked where a question names none. */
final class DefaultModel {
    private static final int MODELS_IN_MESSAGE = 10;

    /** A search that fails takes seconds, and no circuit of a chain stands before it. */
    private static final long PAUSE_BEHIND_A_FAILURE = TimeUnit.SECONDS.toNanos(30);

    private final LLMAdapter adapter;
    private final @Nullable ModelName named;

    /** When to search again, as {@link System#nanoTime} has it; null if the last search did not fail. */
    private volatile @Nullable Long searchAgain;

    /** @param named by the program or the environment; null if by neither */
    DefaultModel(LLMAdapter adapter, @Nullable ModelName named) {
        this.adapter = adapter;
        this.named = named;
    }

    /**
     * {@return its name}
     *
     * @throws ModelNotFoundException if nobody names one and the runner has none
     * @throws RequestRefusedException if nobody names one and the runner has several
     */
    ModelName name() {
        if (named != null) {
            return named;
        }
        return modelOfThePlace().orElseGet(this::onlyModel);
    }

    /** {@return the model that is named beside the place of the runner} Where nothing answers over HTTP, another road may be there. */
    private Optional<ModelName> modelOfThePlace() {
        Long again = searchAgain;
        if (again != null && System.nanoTime() - again < 0) {
            return Optional.empty();
        }
        try {
            return adapter.power(HttpAdapter.class).flatMap(http -> http.place().model());
        } catch (RunnerUnreachableException | TimedOutException e) {
            searchAgain = System.nanoTime() + PAUSE_BEHIND_A_FAILURE;
            return Optional.empty();
        }
    }

    private ModelName onlyModel() {
        List<Model> models = adapter.listModels();
        if (models.isEmpty()) {
            throw new ModelNotFoundException(Failure.of("the runner has no model")
                    .adapter(adapter.name())
                    .remedy("docker model pull ai/smollm2", "any model will do")
                    .build());
        }
        if (models.size() > 1) {
            throw severalModels(models);
        }
        return models.get(0).name();
    }

    private RequestRefusedException severalModels(List<Model> models) {
        String names = models.stream()
                .limit(MODELS_IN_MESSAGE)
                .map(model -> model.name().text())
                .collect(Collectors.joining(", "));
        String more = models.size() > MODELS_IN_MESSAGE ? ", …" : "";
        String what = "no model was named, and the runner has " + models.size() + ": " + names + more;
        return new RequestRefusedException(Failure.of(what)
                .adapter(adapter.name())
                .remedy("runner.ask(\"" + models.get(0).name() + "\", …)", "one question is for one of them")
                .remedy("ModelRunner.builder().defaultModel(…)", "all questions are")
                .build());
    }
}
