package io.modelrunner.internal;

import io.modelrunner.Capability;
import io.modelrunner.ContextOverflowException;
import io.modelrunner.EngineFailedException;
import io.modelrunner.EngineUnavailableException;
import io.modelrunner.Failure;
import io.modelrunner.InvalidConfigurationException;
import io.modelrunner.ModelBusyException;
import io.modelrunner.ModelLoadException;
import io.modelrunner.ModelLoadingException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.UnauthorizedException;
import io.modelrunner.UnsupportedOptionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes the exception for an answer that is an error, from its status and its body.
 *
 * <p>The texts are those that the runner and llama.cpp sent when they were recorded; where none fits, the status decides.
 */
public final class RunnerErrors {
    private static final Pattern TOKENS = Pattern.compile("\\((\\d{1,9}) tokens\\)");

    private final ErrorContext context;
    private final String runner;
    private final String model;
    private final int status;
    private final ServerError body;
    private final String partialText;

    private RunnerErrors(ErrorContext context, int status, ServerError body, String partialText) {
        this.context = context;
        this.runner = context.runner();
        this.model = context.model();
        this.status = status;
        this.body = body;
        this.partialText = partialText;
    }

    /**
     * {@return what to throw for an error}
     *
     * @param status the status of the answer; 0 if the error came in the middle of one
     * @param partialText what there is of the answer; empty if nothing
     */
    public static ModelRunnerException of(ErrorContext context, int status, ServerError error, String partialText) {
        return new RunnerErrors(context, status, error, partialText).exception();
    }

    /** Adds how to get a runner going. */
    public static Failure.Builder startRunner(Failure.Builder facts) {
        return facts.remedy("docker model status", "Docker Model Runner is installed: it says whether it runs")
                .remedy("docker desktop enable model-runner --tcp 12434", "you use Docker Desktop")
                .remedy("docker model install-runner", "you use Docker Engine")
                .remedy("set MODEL_RUNNER_BASE_URL", "the runner is somewhere else");
    }

    private ModelRunnerException exception() {
        ModelRunnerException known = byContent();
        return known == null ? byStatus() : known;
    }

    private @Nullable ModelRunnerException byContent() {
        if (body.type().equals("exceed_context_size_error") || body.says("too large to process")) {
            return contextOverflow();
        }
        if (body.says("context size has been exceeded")) {
            return contextShared();
        }
        if (body.says("unable to load runner")) {
            return loadFailed();
        }
        if (body.says("model unavailable") || body.says("read config file")) {
            return StoreErrors.damaged(context, said("has a damaged copy of the model " + model));
        }
        if (body.says("input is not supported")) {
            return unsupportedInput();
        }
        if (body.says("terminated unexpectedly")) {
            return engineFailed("lost its engine while it worked on the request");
        }
        return byStatusAndContent();
    }

    private @Nullable ModelRunnerException byStatusAndContent() {
        return switch (status) {
            case 404 -> notFound();
            case 503 -> unavailable();
            case 413 -> tooLarge();
            case 400 -> body.says("request too large") ? tooLarge() : null;
            case 409, 500 -> configuration();
            default -> null;
        };
    }

    private ModelRunnerException byStatus() {
        return switch (status) {
            case 401, 403 ->
                new UnauthorizedException(said("wants another API key")
                        .remedy("HttpAdapter.builder(…).apiKey(…)", "the engine was started with a key")
                        .build());
            case 405, 501 -> missing();
            case 408 -> engineFailed("gave up waiting for the request, with status 408");
            case 412 -> engineUnavailable("has no engine for the model " + model);
            case 429 -> tooMany();
            case 0, 500, 502, 504 -> engineFailed("failed while it worked on the request");
            default -> other();
        };
    }

    private ModelRunnerException other() {
        if (status >= 500) {
            return engineFailed("failed with status " + status);
        }
        if (status < 400) {
            Failure.Builder facts = said("answers as something that is no model runner, with status " + status);
            return new RunnerUnreachableException(startRunner(facts).build());
        }
        return new RequestRefusedException(
                said("refused the request with status " + status).build());
    }

    private ModelRunnerException notFound() {
        if (body.says("backend not found")) {
            return engineUnavailable("has no engine of the name in the address");
        }
        boolean nowhere = body.says("not found") || body.says("does not exist");
        if (body.says("model") && nowhere) {
            return new ModelNotFoundException(facts(runner + " has no model " + model)
                    .remedy("docker model pull " + model, "the model has not been pulled yet")
                    .remedy("docker model list", "its name is another one")
                    .build());
        }
        return missing();
    }

    private ModelRunnerException unavailable() {
        if (body.says("loading")) {
            return new ModelLoadingException(said("is loading the model " + model)
                    .remedy("ask again", "the model is loaded")
                    .build());
        }
        if (body.says("installer not started")) {
            return new ModelLoadingException(said("has just begun, and is not ready for the model " + model)
                    .remedy("ask again", "the runner has started")
                    .build());
        }
        if (body.says("backend installation failed")) {
            return engineUnavailable("could not install the engine for the model " + model);
        }
        return new RunnerUnreachableException(said("is not ready")
                .remedy("ask again", "the runner has started")
                .remedy("docker model status", "it stays this way")
                .build());
    }

    private ModelRunnerException loadFailed() {
        Failure.Builder facts = said("could not load the model " + model);
        // The engine's log, which is part of the body, mentions memory also where there is enough of it.
        if (body.says("not enough gpu memory") || body.says("out of memory")) {
            facts.remedy("use a smaller model or context size", "the memory is too small");
        } else if (body.says("failed to load model")) {
            facts.remedy("docker model pull " + model, "the file is damaged");
        }
        facts.remedy("docker model logs", "the engine's own words are needed");
        return new ModelLoadException(facts.build());
    }

    private ModelRunnerException contextOverflow() {
        int prompt = body.promptTokens() >= 0 ? body.promptTokens() : countIn(body.message());
        Failure.Builder facts = said("has too small a context for the request");
        facts.remedy("shorten the conversation", "the model's context can't grow");
        facts.remedy("docker model configure --context-size N " + model, "the model can take more");
        return new ContextOverflowException(facts.build(), prompt, body.contextTokens());
    }

    /** llama.cpp's slots share a context by default: answers at the same time can fill it together, each being short enough. */
    private ModelRunnerException contextShared() {
        Failure.Builder facts = said("ran out of the context that answers at the same time share");
        facts.remedy("docker model configure --context-size N " + model, "as many long answers are wanted at once");
        facts.remedy("ask again", "fewer answers are under way");
        return new EngineFailedException(facts.build());
    }

    private static int countIn(String message) {
        Matcher count = TOKENS.matcher(message);
        return count.find() ? Integer.parseInt(count.group(1)) : -1;
    }

    private ModelRunnerException unsupportedInput() {
        Failure.Builder facts = said("serves " + model + " without the means to take such input");
        facts.remedy("use a multimodal model", "the request has pictures");
        return new UnsupportedOptionException(facts.build(), Capability.IMAGES);
    }

    private ModelRunnerException tooLarge() {
        Failure.Builder facts = said("takes no request of this size (Docker Model Runner: 10,485,760 bytes)");
        return new RequestRefusedException(
                facts.remedy("send less text or smaller pictures", "").build());
    }

    private ModelRunnerException tooMany() {
        return new ModelBusyException(said("has too much to do, and takes no request now (status 429)")
                .remedy("ask again", "a while has passed")
                .remedy("ConcurrencyLimit.of(adapter, …)", "the requests are those of this program")
                .build());
    }

    private ModelRunnerException engineFailed(String what) {
        Failure.Builder facts = said(what).remedy("ask again", "the runner starts a new engine");
        return new EngineFailedException(
                facts.remedy("docker model logs", "it fails again").build());
    }

    private ModelRunnerException engineUnavailable(String what) {
        Failure.Builder facts = said(what);
        facts.remedy("docker model status", "it lists the engines that are installed");
        return new EngineUnavailableException(facts.build());
    }

    private ModelRunnerException missing() {
        Failure.Builder facts = said("has no such operation");
        facts.remedy("check the address " + context.address(), "it is not that of a model runner");
        facts.remedy("docker model version", "the runner may be too old");
        return new OperationMissingException(facts.build());
    }

    /** What the runner has against settings for a model, null if the answer is about something else. */
    private @Nullable ModelRunnerException configuration() {
        if (body.says("runner already active")) {
            Failure.Builder busy = said("can't configure the model " + model + " while it answers somebody");
            return new ModelBusyException(busy.remedy("configure it again", "the answer has ended")
                    .remedy("docker model ps", "you want to see what runs")
                    .build());
        }
        if (body.says("runtime flag") || body.says("invalid flag") || body.says("hf_overrides")) {
            Failure.Builder refused = said("refused the settings for the model " + model);
            return new InvalidConfigurationException(
                    refused.remedy("leave the setting out", "the runner doesn't allow it for the engine")
                            .remedy("ConfigurationChange.builder().engine(…)", "the setting is one of another engine")
                            .build());
        }
        return null;
    }

    private Failure.Builder said(String what) {
        String words = body.headline();
        return facts(runner + " " + what + (words.isEmpty() ? "" : ": " + words));
    }

    private Failure.Builder facts(String what) {
        return context.facts(what).partialText(partialText);
    }
}
