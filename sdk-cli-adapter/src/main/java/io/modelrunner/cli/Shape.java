package io.modelrunner.cli;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.Failure;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;

/** Tells the output of a command from something else that came with the status of success. */
final class Shape {
    private Shape() {}

    /** {@return true, if the command said so} */
    static boolean says(Printed printed, String words) {
        if (!printed.all().contains(words)) {
            throw missing(printed, "\"" + words + "\"");
        }
        return true;
    }

    /** {@return true, if the command said nothing, as it does when all went well} */
    static boolean silent(Printed printed) {
        if (isHelp(printed)) {
            throw missing(printed, "nothing");
        }
        return true;
    }

    /** {@return what to throw for an output that is not what was expected} */
    static ModelRunnerException missing(Printed printed, String expected) {
        String command = String.join(
                " ",
                printed.arguments().subList(0, Math.min(2, printed.arguments().size())));
        if (isHelp(printed)) {
            return new OperationMissingException(
                    Failure.of("the docker model on this machine has no command " + command + ": it printed its help")
                            .adapter(CliAdapter.NAME)
                            .remedy("update Docker Desktop, or the package docker-model-plugin", "it is too old")
                            .build());
        }
        String what = "docker model " + command + " printed something else than " + expected + ": "
                + Printed.headline(printed.all());
        return new BrokenAnswerException(Failure.of(what)
                .adapter(CliAdapter.NAME)
                .remedy("docker model version", "the command may be of another age than this SDK")
                .build());
    }

    private static boolean isHelp(Printed printed) {
        return printed.all().lines().anyMatch(line -> line.startsWith("Usage:"));
    }
}
