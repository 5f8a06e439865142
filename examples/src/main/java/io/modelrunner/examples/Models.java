package io.modelrunner.examples;

import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.control.RunningModel;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.sdk.ModelRunner;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.Removal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** A command line program for the models of a runner: bring them, ask them, see what runs, and remove them. */
@Command(
        name = "models",
        description = "Brings models to a runner, asks them, and removes them again.",
        synopsisSubcommandLabel = "COMMAND")
public final class Models {
    private static final String MODEL = "MODEL";

    private final PrintStream out;
    private final Notes notes;

    @Option(
            names = "--runner",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "where the runner is; it is looked for unless given")
    private @Nullable String address;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "show the stack trace of a failure")
    private boolean debug;

    @SuppressWarnings("unused") // picocli acts on it
    @Option(names = "--help", usageHelp = true, scope = ScopeType.INHERIT, description = "show this")
    private boolean help;

    private Models(PrintStream out, PrintStream err) {
        this.out = out;
        this.notes = new Notes("models", err);
    }

    /**
     * Runs a command, and exits with 0 if it succeeded, 2 if the arguments were wrong, 1 otherwise.
     *
     * @param args the command, its arguments and options, see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(run(utf8(FileDescriptor.out), utf8(FileDescriptor.err), args));
    }

    /** Models speak UTF-8, whatever the locale. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        Models models = new Models(out, err);
        return new CommandLine(models)
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler((e, command, parsed) -> models.failed(e))
                .execute(args);
    }

    private int failed(Exception e) {
        notes.failed(e);
        if (debug) {
            e.printStackTrace(notes.err());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Command(description = "Show the models that the runner has.")
    void list() {
        try (ModelRunner runner = connect()) {
            Table table = new Table("MODEL", "PARAMETERS", "QUANTIZATION", "ID");
            for (Model model : runner.models().list()) {
                List<ModelName> names = model.tags().isEmpty() ? List.of(model.name()) : model.tags();
                names.forEach(name -> table.row(
                        name.text(),
                        model.parameters().orElse(""),
                        model.quantization().orElse(""),
                        model.id().map(Models::shortId).orElse("")));
            }
            out.print(table);
        }
    }

    @Command(description = "Bring a model to the runner.")
    void pull(@Parameters(paramLabel = MODEL) String model) {
        try (ModelRunner runner = connect();
                PullProgress progress = PullProgress.on(out);
                PullStream pull = runner.models().pull(model)) {
            pull.join(progress);
        }
    }

    @Command(description = "Ask a model, and print its answer while it arrives.")
    void chat(
            @Parameters(paramLabel = MODEL) String model,
            @Parameters(paramLabel = "WORD", arity = "1..*") List<String> prompt) {
        ChatRequest request = ChatRequest.of(model, String.join(" ", prompt));
        try (ModelRunner runner = connect();
                ChatStream answer = runner.stream(request)) {
            answer.text().forEach(piece -> {
                out.print(piece);
                out.flush();
            });
            out.println();
            answer.join().warnings().forEach(notes::tell);
        }
    }

    @Command(description = "Print the embedding of a text, as a JSON array.")
    void embed(
            @Parameters(paramLabel = MODEL) String model,
            @Parameters(paramLabel = "WORD", arity = "1..*") List<String> text) {
        EmbeddingRequest request = EmbeddingRequest.of(model, String.join(" ", text));
        try (ModelRunner runner = connect()) {
            Embedder embedder = runner.adapter().power(Embedder.class).orElseThrow();
            embedder.embed(request).vectors().forEach(vector -> out.println(Arrays.toString(vector)));
        }
    }

    @Command(description = "Show what is loaded.")
    void ps() {
        try (ModelRunner runner = connect()) {
            Table table = new Table("MODEL", "ENGINE", "MODE", "STATE");
            for (RunningModel running : runner.control().running()) {
                String idle = running.loading() ? "loading" : "idle";
                table.row(
                        running.model().text(),
                        running.engine().orElse(""),
                        running.mode().orElse(""),
                        running.inUse() ? "in use" : idle);
            }
            out.print(table);
        }
    }

    @Command(description = "Unload a model; the next question loads it again.")
    void unload(@Parameters(paramLabel = MODEL) String model) {
        try (ModelRunner runner = connect()) {
            int ended = runner.control().unload(model);
            out.println(ended == 0 ? "nothing was unloaded" : "unloaded " + model);
        }
    }

    @Command(description = "Remove a name of a model, and with the last name the model.")
    void remove(
            @Parameters(paramLabel = MODEL) String model,
            @Option(names = "--force", description = "for an id: all names of the model") boolean force) {
        try (ModelRunner runner = connect()) {
            Removal removal = runner.models().remove(model, force);
            removal.untagged().forEach(name -> out.println("untagged " + name));
            removal.deleted().forEach(id -> out.println("deleted " + id));
        }
    }

    private ModelRunner connect() {
        return address == null ? ModelRunner.connect() : ModelRunner.at(address);
    }

    /** An id is long, and its beginning is enough to tell models apart. */
    private static String shortId(String id) {
        return id.replaceFirst("^(sha256:.{12}).*", "$1");
    }
}
