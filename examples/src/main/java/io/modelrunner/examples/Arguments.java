package io.modelrunner.examples;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.chat.Message;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was typed behind the quick start's name. */
record Arguments(String prompt, Optional<String> model, boolean debug, boolean diagnose, boolean help) {
    static final String USAGE = """
            Usage: quickstart [--model MODEL] [--debug] [--] PROMPT…
                   quickstart --diagnose

            Asks a model and prints its answer while it arrives, for example
              quickstart "Hello, who are you?"

              --model MODEL  ask this model of a runner that was found
              --debug        show the stack trace of a failure
              --diagnose     look for a model runner, show what was tried and what helps; exit 0 if one is found, else 1
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
        String model = null;
        boolean debug = false;
        boolean diagnose = false;
        boolean help = false;
        Iterator<String> rest = List.of(args).iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            switch (word) {
                case "--help" -> help = true;
                case "--debug" -> debug = true;
                case "--diagnose" -> diagnose = true;
                case "--model" -> model = valueOf(word, rest);
                case "--" -> rest.forEachRemaining(words::add);
                default -> words.add(notAnOption(word));
            }
        }
        Arguments read = new Arguments(String.join(" ", words), Optional.ofNullable(model), debug, diagnose, help);
        if (!help && !diagnose) {
            check(read.prompt, model);
        }
        return read;
    }

    private static String valueOf(String option, Iterator<String> rest) throws Unfit {
        if (!rest.hasNext()) {
            throw new Unfit(option + " needs a value");
        }
        return rest.next();
    }

    private static String notAnOption(String word) throws Unfit {
        if (word.length() > 1 && word.startsWith("-")) {
            throw new Unfit("unknown option " + word + "; a prompt that begins like one goes behind --");
        }
        return word;
    }

    private static void check(String prompt, @Nullable String model) throws Unfit {
        if (prompt.isBlank()) {
            throw new Unfit("a prompt is missing");
        }
        try {
            Message.user(prompt);
            if (model != null) {
                ModelName.of(model);
            }
        } catch (InvalidRequestException e) {
            throw new Unfit(e.what());
        }
    }
}
