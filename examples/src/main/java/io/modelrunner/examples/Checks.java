package io.modelrunner.examples;

import io.modelrunner.CancelledException;
import io.modelrunner.ContextOverflowException;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.adapter.Health;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.Usage;
import io.modelrunner.control.EngineStatus;
import io.modelrunner.control.RunnerStatus;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.EmbeddingResponse;
import io.modelrunner.sdk.ModelRunner;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The whole way, step by step: what a client of a runner relies on. */
final class Checks {
    private static final Duration SHORT = Duration.ofSeconds(15);
    private static final Duration LOADED = Duration.ofMinutes(2);
    private static final Duration LOADING = Duration.ofMinutes(6);

    static final List<Check> ALL = List.of(
            new Check("version", SHORT, Checks::version),
            new Check("engines", SHORT, Checks::engines),
            new Check("list", SHORT, Checks::list),
            new Check("inspect", SHORT, Checks::inspect),
            new Check("chat", LOADING, Checks::chat),
            new Check("stream", LOADED, Checks::stream),
            new Check("cancel", LOADED, Checks::cancel),
            new Check("embeddings", LOADING, Checks::embeddings),
            new Check("unknown-model", SHORT, Checks::unknownModel),
            new Check("context-overflow", LOADED, Checks::contextOverflow));

    private static final String NO_MODEL = "ai/no-model-has-this-name";
    private static final String WORD = "word ";
    private static final int LONG_CONTEXT = 262_144;
    private static final int MOST_WORDS = 2_000_000;

    private Checks() {}

    private static String version(Subject asked) {
        Health health = asked.runner().health();
        String speaks = health.speaks().orElseThrow(() -> new Check.Unexpected(health.detail()));
        Optional<String> version =
                health.version().or(() -> asked.runner().control().version());
        return speaks + " " + version.orElseThrow(() -> new Check.NotOffered(speaks + " does not tell its version"));
    }

    private static String engines(Subject asked) {
        RunnerStatus status = asked.runner().control().status();
        if (status.engines().isEmpty()) {
            throw new Check.NotOffered(status.speaks() + " tells of no engines");
        }
        List<EngineStatus> running = status.engines().stream()
                .filter(engine -> engine.state() == EngineStatus.State.RUNNING)
                .toList();
        if (running.isEmpty()) {
            throw new Check.Unexpected("none runs: " + status.engines());
        }
        return running.stream().map(EngineStatus::name).collect(Collectors.joining(", ")) + " of "
                + status.engines().size();
    }

    private static String list(Subject asked) {
        List<Model> models = asked.runner().listModels();
        if (models.isEmpty()) {
            throw new Check.Unexpected("there was a model, and now there is none");
        }
        return models.size() + (models.size() == 1 ? " model" : " models");
    }

    private static String inspect(Subject asked) {
        try {
            return asked.runner().models().inspect(asked.chatModel()).toString();
        } catch (InvalidRequestException path) {
            throw new Check.NotOffered("the model can't be asked for: " + path.what());
        }
    }

    private static String chat(Subject asked) {
        ChatResponse answer = asked.runner()
                .chat(ChatRequest.builder(asked.chatModel())
                        .user("Hello")
                        .temperature(0)
                        .maxTokens(50)
                        .build());
        return told(answer);
    }

    private static String stream(Subject asked) {
        ChatRequest request = ChatRequest.builder(asked.chatModel())
                .user("Tell me a short story")
                .temperature(0)
                .maxTokens(200)
                .build();
        try (ChatStream stream = asked.runner().stream(request)) {
            int pieces = 0;
            StringBuilder text = new StringBuilder();
            for (ChatEvent event : stream) {
                pieces++;
                if (event instanceof ChatEvent.Text piece) {
                    text.append(piece.text());
                }
            }
            ChatResponse answer = stream.join();
            if (!answer.text().contentEquals(text)) {
                throw new Check.Unexpected("the whole answer is another one than its pieces");
            }
            return told(answer) + " in " + pieces + " events";
        }
    }

    private static String told(ChatResponse answer) {
        if (answer.text().isBlank() && answer.reasoning().isEmpty()) {
            throw new Check.Unexpected("the answer is empty");
        }
        String tokens = answer.usage()
                .map(Usage::completionTokens)
                .map(Object::toString)
                .orElse("an unknown number of");
        return tokens + " tokens, finish reason " + answer.finishReason();
    }

    private static String cancel(Subject asked) {
        ChatRequest request = ChatRequest.builder(asked.chatModel())
                .user("Tell me a very long story")
                .build();
        try (ChatStream stream = asked.runner().stream(request)) {
            Iterator<ChatEvent> events = stream.iterator();
            events.next();
            Runnable cancel = stream::close;
            cancel.run();
            throw new Check.Unexpected(
                    "more came after the cancel: " + events.next().getClass().getSimpleName());
        } catch (CancelledException ended) {
            return "ended; the next question: " + chat(asked);
        }
    }

    private static String embeddings(Subject asked) {
        String model = asked.embeddingModel()
                .orElseThrow(() -> new Check.NotOffered("there is no model that is made for embeddings"));
        EmbeddingResponse answer = asked.runner()
                .adapter()
                .power(Embedder.class)
                .orElseThrow(() -> new Check.NotOffered("this way to a runner has no embeddings"))
                .embed(EmbeddingRequest.of(model, "A whale"));
        return model + ": " + answer.dimensions() + " dimensions";
    }

    private static String unknownModel(Subject asked) {
        try {
            asked.runner().chat(ChatRequest.of(NO_MODEL, "Hello"));
        } catch (ModelNotFoundException expected) {
            return "refused as a model that is not there";
        }
        if (keepsModels(asked.runner())) {
            throw new Check.Unexpected(NO_MODEL + " answered");
        }
        throw new Check.NotOffered("its one model answers to any name");
    }

    private static boolean keepsModels(ModelRunner runner) {
        try {
            runner.models().inspect(NO_MODEL);
            return true;
        } catch (ModelNotFoundException e) {
            return true;
        } catch (OperationMissingException e) {
            return false;
        }
    }

    private static String contextOverflow(Subject asked) {
        int words = Math.min(MOST_WORDS, contextTokens(asked) / 2 * 3);
        ChatResponse answer;
        try {
            answer = asked.runner()
                    .chat(ChatRequest.builder(asked.chatModel())
                            .user(WORD.repeat(words))
                            .maxTokens(1)
                            .build());
        } catch (ContextOverflowException expected) {
            return counted(expected);
        }
        int read = answer.usage().map(Usage::promptTokens).orElse(0);
        throw new Check.NotOffered("a prompt of " + words + " words was answered, " + read + " tokens of it were read");
    }

    private static String counted(ContextOverflowException overflow) {
        if (overflow.promptTokens().isEmpty() || overflow.contextTokens().isEmpty()) {
            return "refused, without the counts";
        }
        return "refused: " + overflow.promptTokens().getAsInt() + " tokens for a context of "
                + overflow.contextTokens().getAsInt();
    }

    private static int contextTokens(Subject asked) {
        ModelName name = ModelName.of(asked.chatModel());
        return asked.runner().listModels().stream()
                .filter(model -> model.name().sameAs(name))
                .flatMapToInt(model -> model.contextTokens().stream())
                .findFirst()
                .orElse(LONG_CONTEXT);
    }
}
