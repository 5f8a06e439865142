package io.modelrunner.examples;

import io.modelrunner.Failure;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.sdk.ModelRunner;
import io.modelrunner.testing.RecordingAdapter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Goes the whole way with a runner, and shows in a table what works. */
final class Verification {
    private final HttpAdapter adapter;
    private final List<Check> checks;
    private final PrintStream out;
    private final Map<Check.Verdict, Integer> counts = new EnumMap<>(Check.Verdict.class);

    /**
     * Makes a verification.
     *
     * @param adapter the way to the runner, which answers
     * @param checks what to try, in this order
     * @param out where the table goes
     */
    Verification(HttpAdapter adapter, List<Check> checks, PrintStream out) {
        this.adapter = adapter;
        this.checks = checks;
        this.out = out;
    }

    /**
     * {@return whether nothing failed}
     *
     * @param model the model for chats; the first that is made for them if empty
     * @param recordings the directory to keep the exchanges in, one below it for each check; nothing is kept if empty
     */
    boolean run(Optional<String> model, Optional<Path> recordings, Notes notes) {
        recordings.ifPresent(this::checkRecordable);
        Subject asked = Subject.choose(ModelRunner.builder().adapter(adapter).build(), model)
                .orElseThrow(() -> new ModelNotFoundException(Failure.of(adapter.endpoint() + " has no model")
                        .remedy("docker model pull ai/smollm2", "any model will do")
                        .build()));
        notes.tell("verifying " + adapter.endpoint() + " with the model " + asked.chatModel());
        line("CHECK", "RESULT", "TIME", "DETAIL");
        for (Check check : checks) {
            Check.Result result =
                    recordings.map(all -> recorded(check, all)).orElse(check).run(asked);
            counts.merge(result.verdict(), 1, Integer::sum);
            line(check.name(), result.verdict(), millis(result.took()), result.detail());
        }
        out.println(summary());
        return count(Check.Verdict.FAILED) == 0;
    }

    private void checkRecordable(Path directory) {
        RunnerEndpoint endpoint = adapter.endpoint();
        if (!endpoint.management().startsWith("http://")
                || endpoint.unixSocket().isPresent()) {
            throw refused(
                    "only what is asked over plain HTTP can be recorded, and not " + endpoint, "leave --record out");
        }
        try {
            if (Files.exists(directory) && !isEmpty(directory)) {
                throw refused("there is something in " + directory + " already", "name a new directory");
            }
        } catch (IOException e) {
            throw refused(directory + " can't be used: " + e, "name a new directory");
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static RequestRefusedException refused(String what, String remedy) {
        return new RequestRefusedException(Failure.of(what).remedy(remedy, "").build());
    }

    /** {@return the check with all that is said kept in a directory of its own} */
    private Check recorded(Check check, Path recordings) {
        Path directory = recordings.resolve(check.name());
        return new Check(check.name(), check.limit(), asked -> {
            LLMAdapter recording = RecordingAdapter.of(adapter.endpoint().toString(), directory, HttpAdapter::at);
            try (ModelRunner runner = ModelRunner.builder().adapter(recording).build()) {
                return check.step().run(asked.over(runner));
            }
        });
    }

    private String summary() {
        return checks.size() + " checks: " + count(Check.Verdict.PASSED) + " passed, " + count(Check.Verdict.FAILED)
                + " failed, " + count(Check.Verdict.NOT_OFFERED) + " not offered";
    }

    private int count(Check.Verdict verdict) {
        return counts.getOrDefault(verdict, 0);
    }

    private void line(Object... cells) {
        String row = String.format(Locale.ROOT, "%-16s  %-11s  %9s  %s", cells).replaceAll("\\s*\\R\\s*", " ");
        out.println(row.stripTrailing());
        out.flush();
    }

    private static String millis(Duration took) {
        return took.toMillis() + " ms";
    }
}
