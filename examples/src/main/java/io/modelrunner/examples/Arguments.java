package io.modelrunner.examples;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.chat.Message;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.testcontainers.utility.DockerImageName;

/** What was typed behind the quick start's name. */
record Arguments(
        String prompt, Optional<String> model, Optional<String> image, Optional<Path> record, Set<String> flags) {
    /** Where models of a runner of its own are kept. */
    static final String VOLUME = "model-runner-quickstart";

    private static final String HELP = "--help";
    private static final String DEBUG = "--debug";
    private static final String DIAGNOSE = "--diagnose";
    private static final String VERIFY = "--verify";
    private static final String CLI = "--adapter cli";
    private static final String RUNNER = "--runner";
    private static final String YES = "--yes";

    static final String USAGE = """
            Usage: quickstart [--adapter http|cli] [--model MODEL] [--debug] [--] PROMPT…
                   quickstart --runner [--yes] [--image IMAGE] [--model MODEL] [--debug] [--] PROMPT…
                   quickstart --diagnose
                   quickstart --verify [--model MODEL] [--record DIR] [--debug]

            Asks a model and prints its answer while it arrives, for example
              quickstart "Hello, who are you?"

              --adapter A    cli: over the command docker model; http, unless told otherwise
              --runner       start Docker Model Runner in a container for this, pull a model, and ask that; the models
                             stay in the volume model-runner-quickstart
              --yes          download what that needs, without a question: a gigabyte or more
              --image IMAGE  docker/model-runner:latest unless told otherwise
              --model MODEL  ask this model of a runner that was found; with --runner pull it, in place of
                             ai/smollm2:135M-Q4_0
              --debug        show the stack trace of a failure
              --diagnose     look for a model runner, show what was tried and what helps; exit 0 if one is found, else 1
              --verify       try all that a program needs of the runner that is found; exit 0 if nothing fails, else 1
              --record DIR   keep what the runner said to that in files, such as the SDK's own tests have
              --help         show this

            Answers come from the model runner that is found, be it named by MODEL_RUNNER_BASE_URL or where one usually
            is; else from a tiny model in a Docker container; else from a mock. MODEL_RUNNER_MODEL names the model
            without --model.
            """;

    /** Says what is wrong with the arguments. */
    static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        private final String what;

        Unfit(String what) {
            super(what);
            this.what = what;
        }

        String what() {
            return what;
        }
    }

    /** Reads and checks the arguments. */
    static Arguments parse(String... args) throws Unfit {
        List<String> words = new ArrayList<>();
        Set<String> flags = new HashSet<>();
        String model = null;
        String image = null;
        Path record = null;
        Iterator<String> rest = List.of(args).iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            switch (word) {
                case HELP, DEBUG, DIAGNOSE, VERIFY, RUNNER, YES -> flags.add(word);
                case "--adapter" -> flags.add(adapter(valueOf(word, rest)));
                case "--record" -> record = directory(valueOf(word, rest));
                case "--model" -> model = valueOf(word, rest);
                case "--image" -> image = image(valueOf(word, rest));
                case "--" -> rest.forEachRemaining(words::add);
                default -> words.add(notAnOption(word));
            }
        }
        String prompt = String.join(" ", words);
        Arguments read = new Arguments(
                prompt,
                Optional.ofNullable(model),
                Optional.ofNullable(image),
                Optional.ofNullable(record),
                Set.copyOf(flags));
        if (!read.help()) {
            read.check();
        }
        return read;
    }

    boolean help() {
        return flags.contains(HELP);
    }

    boolean debug() {
        return flags.contains(DEBUG);
    }

    boolean diagnose() {
        return flags.contains(DIAGNOSE);
    }

    boolean cli() {
        return flags.contains(CLI);
    }

    boolean verify() {
        return flags.contains(VERIFY);
    }

    boolean runner() {
        return flags.contains(RUNNER);
    }

    boolean yes() {
        return flags.contains(YES);
    }

    private static String valueOf(String option, Iterator<String> rest) throws Unfit {
        if (!rest.hasNext()) {
            throw new Unfit(option + " needs a value");
        }
        return rest.next();
    }

    private static String adapter(String name) throws Unfit {
        if (!name.equals("http") && !name.equals("cli")) {
            throw new Unfit("--adapter is http or cli, but not " + name);
        }
        return "--adapter " + name;
    }

    private static String notAnOption(String word) throws Unfit {
        if (word.length() > 1 && word.startsWith("-")) {
            throw new Unfit("unknown option " + word + "; a prompt that begins like one goes behind --");
        }
        return word;
    }

    private static Path directory(String name) throws Unfit {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new Unfit("--record needs the name of a directory: " + e.getMessage());
        }
    }

    private static String image(String name) throws Unfit {
        try {
            DockerImageName.parse(name).assertValid();
            return name;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new Unfit("--image needs the name of an image, but not \"" + name + '"');
        }
    }

    private void check() throws Unfit {
        refuse(runner() && (cli() || diagnose() || verify()), "--runner goes with a prompt, over HTTP");
        refuse(!runner() && (yes() || image.isPresent()), "--yes and --image are for --runner");
        if (diagnose()) {
            refuse(verify(), "--diagnose and --verify are two questions");
            return;
        }
        refuse(verify() && cli(), "--verify is for a runner over HTTP");
        refuse(verify() && !prompt.isEmpty(), "--verify has its own prompts");
        refuse(!verify() && record.isPresent(), "--record is for --verify");
        refuse(!verify() && prompt.isBlank(), "a prompt is missing");
        try {
            if (!verify()) {
                Message.user(prompt);
            }
            model.ifPresent(ModelName::of);
        } catch (InvalidRequestException e) {
            throw new Unfit(e.what());
        }
    }

    private static void refuse(boolean unfit, String what) throws Unfit {
        if (unfit) {
            throw new Unfit(what);
        }
    }
}
