package io.modelrunner.cli;

import io.modelrunner.cli.DockerScript.Rule;
import io.modelrunner.testing.CliRecordings;
import java.util.List;

/** What the scripted {@code docker} says of itself: to each command the recorded run that fits; of models, only nosuch is missing. */
final class UsualReplies {
    private static final String MISSING = "ai/nosuch";
    private static final List<String> COMMANDS = List.of(
            "configure",
            "df",
            "inspect",
            "list",
            "package",
            "ps",
            "pull",
            "purge",
            "push",
            "requests",
            "rm",
            "run",
            "show",
            "status",
            "tag",
            "unload",
            "version");

    private UsualReplies() {}

    static void addTo(List<Rule> rules) {
        add(rules, "unknown-command"); // the help, also where there is no command
        COMMANDS.forEach(command -> add(rules, command, command));
        add(rules, "list", "ls");
        add(rules, "list-json", "ls", "--json");
        add(rules, "unload", "stop");
        add(rules, "status-json", "status", "--json");
        add(rules, "list-json", "list", "--json");
        add(rules, "list-openai", "list", "--openai");
        add(rules, "list-quiet", "list", "-q");
        add(rules, "unload-all", "unload", "--all");
        add(rules, "configure-show", "configure", "show");
        add(rules, "context-ls", "context", "ls");
        add(rules, "bench-json", "bench");
        add(rules, "search-no-network", "search");
        add(rules, "run-503", "run", "503");
        for (String command : List.of("inspect", "pull", "push", "rm", "tag")) {
            add(rules, command + "-unknown", command, MISSING);
            add(rules, command + "-unknown", command, MISSING + ":latest");
        }
        rules.add(new Rule(List.of("logs"), Reply.silent().out("Listening on :12434\n"))); // no run of it was recorded
    }

    private static void add(List<Rule> rules, String recording, String... words) {
        rules.add(new Rule(List.of(words), Reply.of(CliRecordings.load(recording))));
    }
}
