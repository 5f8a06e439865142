package io.modelrunner.examples;

import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelUnavailableException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.sdk.ModelRunner;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Who is asked.
 *
 * @param runner the runner
 * @param chatModel a model that chats
 * @param embeddingModel a model that embeds, or may do so; empty if there is none
 */
record Subject(ModelRunner runner, String chatModel, Optional<String> embeddingModel) {
    /** {@return the same models, asked in another way} */
    Subject over(ModelRunner other) {
        return new Subject(other, chatModel, embeddingModel);
    }

    /**
     * {@return whom to ask; empty if there is no model} Nothing is loaded to find that out: a model's file says what it is for,
     * and where that is not told its name may.
     *
     * @param named the model for chats; the first that is made for them if empty
     */
    static Optional<Subject> choose(ModelRunner runner, Optional<String> named) {
        List<Model> models = runner.listModels();
        Optional<String> first = models.stream().findFirst().map(Subject::name);
        try {
            List<Model> inspected =
                    models.stream().map(model -> inspected(runner, model)).toList();
            Optional<String> chat =
                    named.or(() -> made(inspected, Purpose.CHAT)).or(() -> first);
            return chat.map(model -> new Subject(runner, model, made(inspected, Purpose.EMBEDDING)));
        } catch (OperationMissingException e) {
            // A server that can't tell more of a model than its name has one, as a rule, and that may do both.
            return named.or(() -> first).map(model -> new Subject(runner, model, Optional.of(model)));
        }
    }

    /** {@return what is known of a model; no more than the list tells of one that is damaged} */
    private static Model inspected(ModelRunner runner, Model listed) {
        try {
            return runner.models().inspect(name(listed));
        } catch (ModelUnavailableException damaged) {
            return listed;
        } catch (InvalidRequestException unfit) {
            // llama.cpp's own server calls its model by a path of its disk.
            throw new OperationMissingException(
                    Failure.of("the model can't be inspected").cause(unfit).build());
        }
    }

    private static Optional<String> made(List<Model> models, Purpose purpose) {
        return models.stream()
                .filter(model -> purpose(model) == purpose)
                .findFirst()
                .map(Subject::name);
    }

    private static Purpose purpose(Model model) {
        Optional<String> pooling = model.metadata().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(".pooling_type"))
                .findFirst()
                .map(Map.Entry::getValue);
        if (pooling.isPresent()) {
            // 1 to 3: the vectors of the tokens are pooled to one; 4: to a score.
            return switch (pooling.get()) {
                case "1", "2", "3" -> Purpose.EMBEDDING;
                case "4" -> Purpose.RERANKING;
                default -> Purpose.CHAT;
            };
        }
        String name = name(model).toLowerCase(Locale.ROOT);
        if (name.contains("embed")) {
            return Purpose.EMBEDDING;
        }
        return name.contains("rerank") ? Purpose.RERANKING : Purpose.CHAT;
    }

    private static String name(Model model) {
        return model.name().text();
    }
}
