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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The model that is asked where a question names none. */
final class DefaultModel {
    private static final int MODELS_IN_MESSAGE = 10;

    private final LLMAdapter adapter;
    private final @Nullable ModelName named;

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
        try {
            return adapter.power(HttpAdapter.class).flatMap(http -> http.place().model());
        } catch (RunnerUnreachableException | TimedOutException e) {
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
