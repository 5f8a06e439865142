package io.modelrunner.cli;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Capability;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.cli.CliStream.Road;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.internal.RunnerErrors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model runner over the command {@code docker model}, for machines where the command works and HTTP is awkward.
 *
 * <p>It carries less than HTTP does: one prompt, no options, no counts; {@link #capabilities()} says what, and the rest is refused. The text
 * goes to the command's input and never into its arguments, and it is told where the runner is, so that it sends the text as it is. Where
 * it can't be told (Docker Desktop without a port, an old command), it takes parts of a prompt for files; a prompt that it could do that
 * with is an {@link UnsafePromptException}. Nothing is installed and nothing is pulled unless asked for.
 *
 * <p>On Windows {@code docker.exe} is started, never a script, as a shell would take arguments apart again; this was tested in parts and not
 * run there.
 *
 * <p>Each call starts a process, which takes about 50 ms, or two; closing, interrupting and limits of waiting stop it and what it has started.
 */
public final class CliAdapter implements LLMAdapter {
    static final String NAME = "cli";

    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(5);
    private static final int LONGEST_TERM = 100;
    private static final int MOST_FOUND = 100;

    /** As the command sees them: all that Unicode calls white space. */
    private static final Pattern WHITE_ENDS = Pattern.compile("(?U)\\A\\s|\\s\\z");

    private final Tool tool;
    private final Execution execution;
    private final Timeouts timeouts;
    private final boolean neutralizePrompts;
    private final Set<Capability> capabilities;
    private final boolean inContainer;

    /** What is stored is read, changed and written by one thread after another. */
    private final ReentrantLock configuring = new ReentrantLock();

    private volatile @Nullable CliStatus status;
    private volatile boolean withoutUrl;

    private CliAdapter(Builder builder) {
        this.tool = new Tool(builder.command, builder.standalone, builder.variables());
        this.execution = new Execution(tool);
        this.timeouts = builder.timeouts;
        this.neutralizePrompts = builder.neutralizePrompts;
        this.capabilities = Collections.unmodifiableSet(Prompt.carried(builder.foldConversations));
        this.inContainer = builder.surroundings.isInContainer();
        // Told where the runner is, the command trusts whom the system trusts, and not whom its variables name.
        this.withoutUrl = "true".equals(builder.variables().get("MODEL_RUNNER_TLS"));
    }

    /** {@return an adapter over {@code docker model}, as the environment of this process has it} */
    public static CliAdapter create() {
        return builder().build();
    }

    /** {@return a builder} */
    public static Builder builder() {
        return new Builder(Surroundings.ofThisProcess());
    }

    /**
     * {@return a builder of an adapter that sees another environment than that of this process}
     *
     * @param seen its variables are those that the command gets; not null
     */
    public static Builder builder(Surroundings seen) {
        return new Builder(requireNonNull(seen, "seen"));
    }

    /** {@return {@code cli}} */
    @Override
    public String name() {
        return NAME;
    }

    /** {@return what the command says of the runner; takes 5 seconds at most} */
    @Override
    public Health health() {
        try {
            Deadline deadline = Deadline.of(Phase.ANSWER, HEALTH_LIMIT);
            CliStatus now = running(execution.run(new Command.Status(), deadline));
            status = now;
            String version =
                    execution.run(new Command.Versions(), deadline).server().orElse(null);
            String detail = "Docker Model Runner" + (version == null ? "" : " " + version) + " over " + tool.name()
                    + (now.kind().isEmpty() ? "" : " (" + now.kind() + ")");
            return Health.up("Docker Model Runner", version, detail);
        } catch (ModelRunnerException e) {
            return Health.down(e);
        }
    }

    /** {@return nothing but one prompt, or conversations where these are folded into one} */
    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public List<Model> listModels() {
        return run(new Command.ListModels());
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        try (ChatStream stream = stream(request, false)) {
            return stream.join();
        }
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        return stream(request, true);
    }

    private ChatStream stream(ChatRequest request, boolean streamed) {
        request.checkCarriedBy(NAME, capabilities);
        return ChatStream.of(new CliStream(this, request, streamed));
    }

    /** {@return the versions of the command and the runner} */
    public ToolVersion version() {
        return run(new Command.Versions());
    }

    /** {@return a power} The store of models, control of the runner, and search for models are there. */
    @Override
    public <T> Optional<T> power(Class<T> type) {
        ModelSearch search = this::search;
        return Stream.of(this, new CliModelStore(this), new CliControl(this), search)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    private List<FoundModel> search(String term, int most) {
        if (requireNonNull(term, "term").isBlank() || term.length() > LONGEST_TERM) {
            throw new InvalidRequestException("term", "1 to 100 characters", term.length() + " characters");
        }
        if (most < 1 || most > MOST_FOUND) {
            throw new InvalidRequestException("most", "between 1 and 100", String.valueOf(most));
        }
        return run(new Command.Search(term, most));
    }

    <T> T run(Command<T> command) {
        return execution.run(command, Deadline.of(Phase.ANSWER, timeouts));
    }

    Tool tool() {
        return tool;
    }

    Execution execution() {
        return execution;
    }

    Timeouts timeouts() {
        return timeouts;
    }

    /** Waits for others who configure a model, as long as an answer may take. */
    void beginConfiguring(ModelName model) {
        Deadline deadline = Deadline.of(Phase.ANSWER, timeouts);
        try {
            if (!configuring.tryLock(deadline.left(), TimeUnit.NANOSECONDS)) {
                throw new RunningCommand.ExpiredException(deadline);
            }
        } catch (InterruptedException | RunningCommand.ExpiredException e) {
            throw execution.ended(e, "docker model configure", model, "");
        }
    }

    void endConfiguring() {
        configuring.unlock();
    }

    /** {@return how to send a prompt} */
    Road road(ChatRequest request, Deadline deadline, Consumer<RunningCommand> watcher) {
        Optional<String> url = withoutUrl ? Optional.empty() : url(deadline, watcher);
        if (url.isEmpty()) {
            return roadWithoutUrl(request, deadline, watcher);
        }
        request.model().qualified(); // refuses what can't be a name
        List<String> arguments =
                List.of("run", "--openaiurl", url.get(), "--", request.model().text());
        return new Road(arguments, Prompt.of(request), true, List.of());
    }

    private Optional<String> url(Deadline deadline, Consumer<RunningCommand> watcher) {
        CliStatus known = status;
        try {
            if (known == null) {
                known = running(execution.run(new Command.Status(), deadline, watcher));
                status = known;
            }
        } catch (OperationMissingException tooOld) {
            withoutUrl = true;
            return Optional.empty();
        }
        return known.overTcp(inContainer).map(endpoint -> endpoint.management() + "/engines/v1");
    }

    private static CliStatus running(CliStatus told) {
        if (told.running()) {
            return told;
        }
        throw new RunnerUnreachableException(RunnerErrors.startRunner(
                        new CliContext(null, "").facts("Docker Model Runner is not running, docker model status says"))
                .build());
    }

    /**
     * {@return how to send a prompt to a command that can't be told where the runner is} It would bring a model that is not there, so that
     * is looked at first.
     */
    Road roadWithoutUrl(ChatRequest request, Deadline deadline, Consumer<RunningCommand> watcher) {
        withoutUrl |= status != null && status.overTcp(inContainer).isPresent();
        ModelName model = request.model();
        String prompt = Prompt.of(request);
        List<String> warnings = new ArrayList<>();
        if (PromptGuard.isUnsafe(prompt)) {
            if (!neutralizePrompts) {
                throw PromptGuard.refusal(model, "it can't be told to send it as it is here");
            }
            prompt = PromptGuard.neutralized(prompt);
            warnings.add(
                    "the prompt has word joiners (U+2060) in it, so that docker model run finds no names of files there");
        }
        if (WHITE_ENDS.matcher(prompt).find()) {
            warnings.add("docker model run takes white space from both ends of the prompt");
        }
        execution.run(new Command.Inspect(model, false), deadline, watcher);
        return new Road(List.of("run", "--", model.qualified()), prompt, false, warnings);
    }

    /** Takes note that the runner may be somewhere else now. */
    void forget() {
        status = null;
    }

    /** Stops all commands under way. */
    @Override
    public void close() {
        tool.close();
    }

    /** {@return which command it starts} */
    @Override
    public String toString() {
        return "CliAdapter[" + tool.name() + "]";
    }

    /** Sets an adapter up. Not safe for use by several threads. */
    public static final class Builder {
        private final Surroundings surroundings;
        private final Map<String, String> more = new TreeMap<>();
        private List<String> command = List.of("docker", "model");
        private Timeouts timeouts = Timeouts.defaults();
        private boolean standalone;
        private boolean autoInstall;
        private boolean foldConversations;
        private boolean neutralizePrompts;

        Builder(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        /**
         * Says which {@code docker} to start.
         *
         * @param docker the program; not null
         * @return this
         */
        public Builder docker(Path docker) {
            this.command = List.of(docker.toAbsolutePath().toString(), "model");
            this.standalone = false;
            return this;
        }

        /**
         * Starts a program that is {@code docker model} by itself, such as {@code dmr}; it writes its results where others write errors.
         *
         * @param program the program; not null
         * @return this
         */
        public Builder standalone(Path program) {
            this.command = List.of(program.toAbsolutePath().toString());
            this.standalone = true;
            return this;
        }

        /**
         * Lets the command see a variable; of the environment of this process it gets only what it needs to find Docker and the runner.
         *
         * @param name its name; not null
         * @param value its value; not null
         * @return this
         */
        public Builder environment(String name, String value) {
            more.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
            return this;
        }

        /**
         * Sets limits of waiting; those of a request go before them. As the command does not tell when a model is loaded, the first piece
         * of an answer has the limit {@link Phase#FIRST_TOKEN} from the start on if that is set, and else {@link Phase#LOAD}.
         *
         * @param limits not null
         * @return this
         */
        public Builder timeouts(Timeouts limits) {
            this.timeouts = requireNonNull(limits, "limits");
            return this;
        }

        /**
         * Lets the command install and start a runner where there is none, which it would do unasked.
         *
         * @param allowed whether it may; false unless set
         * @return this
         */
        public Builder autoInstall(boolean allowed) {
            this.autoInstall = allowed;
            return this;
        }

        /**
         * Makes one prompt of a conversation with its system message, as the command takes no more; the response has a warning then.
         *
         * @param folded whether it does; false unless set, and conversations are refused
         * @return this
         */
        public Builder foldConversations(boolean folded) {
            this.foldConversations = folded;
            return this;
        }

        /**
         * Sends prompts that {@code docker model run} could take parts of for files, with word joiners (U+2060) in such places, where it
         * can't be told to leave them alone; the response has a warning then.
         *
         * @param neutralized whether it does; false unless set, and such prompts are refused
         * @return this
         */
        public Builder neutralizePrompts(boolean neutralized) {
            this.neutralizePrompts = neutralized;
            return this;
        }

        private Map<String, String> variables() {
            Map<String, String> variables = CleanEnvironment.of(surroundings.environment());
            if (!autoInstall) {
                variables.put("MODEL_RUNNER_NO_AUTO_INSTALL", "1");
            }
            variables.putAll(more);
            return variables;
        }

        /** {@return the adapter; it starts nothing before it is first used} */
        public CliAdapter build() {
            return new CliAdapter(this);
        }
    }
}
