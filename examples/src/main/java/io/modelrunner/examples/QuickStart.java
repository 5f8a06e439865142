package io.modelrunner.examples;

import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.cli.CliAdapter;
import io.modelrunner.discovery.Diagnosis;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.http.RunnerFinder;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A first conversation: prints a model's answer to the prompt on the command line while it arrives.
 *
 * <p>It asks the first of: a model runner that is there; real llama.cpp with a tiny model in a container, where a Docker
 * engine answers; a mock. Standard output has the answer alone.
 */
public final class QuickStart {
    private static final int ANSWERED = 0; // or found a runner, or found nothing wrong with it, if asked that
    private static final int FAILED = 1;
    private static final int BAD_ARGUMENTS = 2;

    private final RunnerFinder finder;
    private final List<Road> roads;
    private final Road cli;
    private final Road own;
    private final PrintStream out;
    private final PrintStream err;
    private final Notes notes;
    private final Cleanup cleanup = new Cleanup();

    /** @param cli is taken if it is asked for, as is {@code own}, and else one of the roads */
    QuickStart(RunnerFinder finder, List<Road> roads, Road cli, Road own, PrintStream out, PrintStream err) {
        this.finder = finder;
        this.roads = roads;
        this.cli = cli;
        this.own = own;
        this.out = out;
        this.err = err;
        this.notes = new Notes(err);
    }

    /**
     * Answers, and exits with 0 if there was an answer, 2 if the arguments were wrong, 1 otherwise; with
     * {@code --diagnose} shows where a runner was looked for, and exits with 0 if one was found; with {@code --verify} tries all that a
     * program needs of it, and exits with 0 if nothing failed.
     *
     * @param args the prompt and the options, see {@code --help}
     */
    public static void main(String[] args) {
        // The directory of the clone; the script ./quickstart says where it is.
        Path home = Path.of(System.getProperty("quickstart.home", ""));
        Path imageBuild = home.resolve(Path.of("testcontainers-module", "image", "build"));
        RunnerFinder finder = RunnerFinder.create();
        List<Road> roads = List.of(
                new RunnerRoad(finder, System::getenv), new ContainerRoad("docker", imageBuild), new MockRoad());
        Road cli = new CliRoad(CliAdapter::create, System::getenv);
        Road own = new OwnRunnerRoad(Terminal::asking, new RunnerContainer("docker", Arguments.VOLUME));
        QuickStart quickStart =
                new QuickStart(finder, roads, cli, own, utf8(FileDescriptor.out), utf8(FileDescriptor.err));
        Runtime.getRuntime().addShutdownHook(new Thread(quickStart.cleanup::close));
        System.exit(quickStart.run(args));
    }

    /** Models speak UTF-8, whatever the locale. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    int run(String... args) {
        Arguments arguments;
        try {
            arguments = Arguments.parse(args);
        } catch (Arguments.Unfit e) {
            notes.tell(e.what());
            err.print(Arguments.USAGE);
            return BAD_ARGUMENTS;
        }
        if (arguments.help()) {
            out.print(Arguments.USAGE);
            return ANSWERED;
        }
        try {
            if (arguments.verify()) {
                return verify(arguments);
            }
            return arguments.diagnose() ? diagnose() : answer(arguments);
        } catch (RuntimeException | Error e) {
            // What a signal ended, it ended on purpose.
            if (!cleanup.begun()) {
                tell(e, arguments.debug());
            }
            return FAILED;
        } finally {
            cleanup.close();
        }
    }

    private int diagnose() {
        Diagnosis diagnosis = finder.diagnose();
        out.println(diagnosis);
        return diagnosis.isFound() ? ANSWERED : FAILED;
    }

    private int verify(Arguments arguments) {
        HttpAdapter adapter = HttpAdapter.builder(finder).build();
        cleanup.add(adapter::close);
        Optional<String> model =
                arguments.model().or(() -> adapter.place().model().map(ModelName::text));
        boolean passed = new Verification(adapter, Checks.ALL, out).run(model, arguments.record(), notes);
        return passed ? ANSWERED : FAILED;
    }

    private int answer(Arguments arguments) {
        Road.Partner partner = partner(arguments);
        ChatRequest request = ChatRequest.of(partner.model(), arguments.prompt());
        try (ChatStream answer = partner.runner().stream(request)) {
            answer.text().forEach(piece -> {
                out.print(piece);
                out.flush();
            });
            out.println();
            answer.join().warnings().forEach(notes::tell);
        }
        return ANSWERED;
    }

    private Road.Partner partner(Arguments arguments) {
        List<Road> ways = roads(arguments);
        for (Road road : ways) {
            Optional<Road.Partner> partner = road.open(arguments, notes, cleanup);
            if (partner.isPresent()) {
                ways.subList(ways.indexOf(road) + 1, ways.size())
                        .forEach(further -> notes.notTaken(further, "not needed"));
                return partner.get();
            }
        }
        throw new IllegalStateException("no road is open");
    }

    private List<Road> roads(Arguments arguments) {
        if (arguments.runner()) {
            return List.of(own);
        }
        return arguments.cli() ? List.of(cli) : roads;
    }

    private void tell(Throwable e, boolean debug) {
        if (e instanceof ModelRunnerException known && !known.partialText().isEmpty()) {
            out.println();
        }
        notes.failed(e);
        if (debug) {
            e.printStackTrace(err);
        }
    }
}
