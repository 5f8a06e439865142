package io.modelrunner.cli;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.internal.RunnerErrors;
import io.modelrunner.internal.ServerError;
import io.modelrunner.internal.StoreErrors;
import io.modelrunner.store.RegistryUnavailableException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the exception for a command that failed, from what it printed.
 *
 * <p>The texts are those that the command printed when it was recorded. What it passes on of the runner's own words means what it
 * means over HTTP.
 */
final class CliFailures {
    private static final Pattern RUN = Pattern.compile("error response: status=(\\d{3}) body=(.*)", Pattern.DOTALL);
    private static final Pattern STATUS = Pattern.compile("failed with status (\\d{3})[^:]*: (.*)", Pattern.DOTALL);
    private static final Pattern TRANSFER =
            Pattern.compile("Failed to (?:pull|push) model: (?:Error: )?(.*)", Pattern.DOTALL);

    /** Lines that may stand before the error. */
    private static final Pattern NOTES = Pattern.compile("Warning: |Retrying ");

    private static final Pattern BEHIND = Pattern.compile("(.*?)\\s*\\((\\d{3}) [A-Z][A-Za-z ]+\\)", Pattern.DOTALL);

    private final Printed printed;
    private final CliContext context;
    private final String text;
    private final String words;

    private CliFailures(Printed printed, CliContext context) {
        this.printed = printed;
        this.context = context;
        this.text = printed.all();
        this.words = text.toLowerCase(Locale.ROOT);
    }

    /** {@return what to throw for a command that ended with another status than 0} */
    static ModelRunnerException of(Printed printed, @Nullable ModelName model) {
        return of(printed, model, "");
    }

    /**
     * {@return what to throw for a command that ended with another status than 0}
     *
     * @param partialText what there is of the answer
     */
    static ModelRunnerException of(Printed printed, @Nullable ModelName model, String partialText) {
        return new CliFailures(printed, new CliContext(model, partialText)).exception();
    }

    private ModelRunnerException exception() {
        Matcher run = RUN.matcher(text);
        if (run.find()) {
            // The rest are words of the runner and its engine, which mean nothing about the command.
            return RunnerErrors.of(context, number(run), error(run.group(2)), context.partialText());
        }
        ModelRunnerException known = ofTheTool();
        if (known == null) {
            known = ofTheRunner();
        }
        return known == null ? unknown() : known;
    }

    private @Nullable ModelRunnerException ofTheTool() {
        if (says("unknown command: docker model", "is not a docker command", "unknown docker command")
                // A docker without the plugin takes the plugin's flags for its own, and refuses them.
                || says("run 'docker --help' for more", "see 'docker --help'")) {
            return new CommandMissingException(context.facts("docker has no command model on this machine")
                    .remedy("apt-get install docker-model-plugin", "you use Docker Engine on Debian or Ubuntu")
                    .remedy("update Docker Desktop", "it is older than 4.40")
                    .build());
        }
        if (says("cannot connect to the docker daemon", "error during connect", "docker daemon is not running")) {
            return new DaemonDownException(told("the Docker engine does not answer")
                    .remedy("systemctl start docker", "you use Docker Engine")
                    .remedy("start Docker Desktop", "you use Docker Desktop")
                    .remedy("set MODEL_RUNNER_HOST", "the runner needs no Docker here")
                    .build());
        }
        if (says("unknown flag", "unknown shorthand flag", "requires 1 argument", "unknown command")) {
            return new OperationMissingException(told("the docker model on this machine does not know what it was told")
                    .remedy("update Docker Desktop, or the package docker-model-plugin", "it is too old")
                    .remedy("docker model version", "you want to see how old")
                    .build());
        }
        return null;
    }

    private @Nullable ModelRunnerException ofTheRunner() {
        if (printed.arguments().get(0).equals("search")) {
            return new RegistryUnavailableException(told("docker model search found nobody to ask")
                    .remedy("try again", "Docker Hub and Hugging Face can be reached")
                    .build());
        }
        if (says("docker model runner is not running")) {
            return notRunning("Docker Model Runner is not running");
        }
        Matcher status = STATUS.matcher(text);
        if (status.find()) {
            return ofStatus(number(status), ServerError.of(status.group(2).strip()));
        }
        if (says("no such model", "model not found")) {
            return RunnerErrors.of(context, 404, ServerError.of("model not found"), context.partialText());
        }
        if (says(
                "connection refused",
                "dial tcp",
                "dial unix",
                "error querying",
                "tls:",
                "tls configuration",
                "x509:",
                "http response to https")) {
            return notRunning("docker model gets no answer from the runner");
        }
        Matcher transfer = TRANSFER.matcher(text);
        if (transfer.find()) {
            return StoreErrors.inStream(
                    context, ServerError.of(transfer.group(1).strip()));
        }
        Matcher behind = BEHIND.matcher(text);
        if (behind.lookingAt()) {
            int number = Integer.parseInt(behind.group(2));
            return RunnerErrors.of(context, number, ServerError.of(behind.group(1)), context.partialText());
        }
        return null;
    }

    private ModelRunnerException ofStatus(int status, ServerError error) {
        return switch (printed.arguments().get(0)) {
            case "pull" -> StoreErrors.ofRegistry(context, status, error);
            // What is to be pushed must be there; what is to be pulled, in the registry.
            case "push" ->
                status == 404
                        ? RunnerErrors.of(context, status, error, "")
                        : StoreErrors.ofRegistry(context, status, error);
            case "rm" -> StoreErrors.ofRemoval(context, status, error);
            default -> RunnerErrors.of(context, status, error, context.partialText());
        };
    }

    private RunnerUnreachableException notRunning(String what) {
        Failure.Builder facts =
                told(what).remedy("docker model start-runner", "you use Docker Engine, and have installed it");
        return new RunnerUnreachableException(RunnerErrors.startRunner(facts).build());
    }

    private ModelRunnerException unknown() {
        boolean killed = printed.exitValue() > 128 && text.isBlank();
        String how = killed ? " was killed, with status " : " failed with status ";
        return new BrokenAnswerException(
                told("docker model " + printed.arguments().get(0) + how + printed.exitValue())
                        .remedy("ask again", killed ? "somebody stopped it" : "it was cut off, or the runner has ended")
                        .build());
    }

    private static int number(Matcher found) {
        return Integer.parseInt(found.group(1));
    }

    /** The body of an engine's error is JSON, the runner's own is text (recorded); behind either the command may say more. */
    private static ServerError error(String body) {
        JsonTree json = JsonTree.parse(body.strip())
                .or(() -> JsonTree.parse(body.strip().lines().findFirst().orElse("")))
                .orElse(new JsonTree(null));
        JsonTree error = json.get("error").isObject() ? json.get("error") : json;
        return error.get("message")
                .text()
                .map(message -> new ServerError(
                        message,
                        error.get("type").text().orElse(""),
                        count(error.get("n_prompt_tokens")),
                        count(error.get("n_ctx"))))
                .orElse(ServerError.of(body.strip()));
    }

    private static int count(JsonTree number) {
        return number.value() instanceof Double ? (int) number.number() : -1;
    }

    private boolean says(String... parts) {
        for (String part : parts) {
            if (words.contains(part)) {
                return true;
            }
        }
        return false;
    }

    private Failure.Builder told(String what) {
        String error =
                text.lines().filter(line -> !NOTES.matcher(line).lookingAt()).collect(Collectors.joining("\n"));
        String headline = Printed.headline(error);
        return context.facts(what + (headline.isEmpty() ? "" : ": " + headline));
    }
}
