package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.cli.Reply.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code docker model run [--openaiurl URL] [-d] MODEL [PROMPT]}, as the real CLI does it. */
final class RunCommand {
    private static final String USAGE = "\n\nUsage:  docker model run MODEL [PROMPT]\n\n";

    private final DockerProgram program;
    private final List<String> words = new ArrayList<>();
    private String openAiUrl = "";
    private boolean detach;
    private boolean debug;

    private RunCommand(DockerProgram program) {
        this.program = program;
    }

    /** {@return the exit code} */
    static int run(DockerProgram program, List<String> arguments) throws IOException, Failure {
        RunCommand command = new RunCommand(program);
        command.parse(arguments);
        return command.run();
    }

    private void parse(List<String> arguments) throws Failure {
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.equals("--")) {
                words.addAll(arguments.subList(i + 1, arguments.size()));
                break;
            } else if (!word.startsWith("-") || word.equals("-")) {
                words.add(word);
            } else if ((word.equals("--openaiurl") || word.equals("--color")) && i + 1 < arguments.size()) {
                option(word + "=" + arguments.get(++i));
            } else {
                option(word);
            }
        }
        if (words.isEmpty()) {
            throw new Failure("'docker model run' requires at least 1 argument(s)." + USAGE
                    + "See 'docker model run --help' for more information");
        }
    }

    private void option(String option) throws Failure {
        String name = option.replaceFirst("=.*", "");
        boolean on = !option.endsWith("=false");
        switch (name) {
            case "--openaiurl" -> openAiUrl = option.substring(Math.min(option.length(), name.length() + 1));
            case "--detach", "-d" -> detach = on;
            case "--debug" -> debug = on;
            case "--color", "--websearch" -> {}
            default ->
                throw new Failure(
                        "unknown flag: " + name + USAGE + "Run 'docker model run --help' for more information");
        }
    }

    private int run() throws IOException, Failure {
        String prompt = prompt();
        if (debug) {
            String with = prompt.isEmpty() ? "" : " with prompt " + PromptExpansion.decoded(prompt);
            program.write(Kind.OUT, "Running model " + words.get(0) + with + "\n");
        }
        if (!openAiUrl.isEmpty()) {
            return runElsewhere(prompt);
        }
        Optional<Reply> refusal = bringModel();
        if (refusal.isPresent()) {
            return program.perform(refusal.get());
        }
        String runner = program.script().runner();
        ChatCall call = new ChatCall(runner, "/engines/v1/chat/completions");
        if (detach) {
            return runner.isEmpty() ? 0 : preload(call);
        }
        if (runner.isEmpty()) {
            return program.perform(program.script().usual(List.of("run")).orElseThrow());
        }
        requirePrompt(prompt);
        try {
            PromptExpansion expanded = PromptExpansion.of(prompt, Path.of(""));
            chat(call, content(expanded.text(), expanded.pictures()));
        } catch (Failure e) {
            throw failed(e);
        }
        return 0;
    }

    private int runElsewhere(String prompt) throws IOException, Failure {
        if (detach) {
            throw new Failure("--detach flag cannot be used with --openaiurl flag");
        }
        requirePrompt(prompt);
        try {
            ChatCall call = new ChatCall(openAiUrl, "/chat/completions");
            chat(call, PlainJson.quote(PromptExpansion.decoded(prompt)));
        } catch (Failure e) {
            throw failed(e);
        }
        return 0;
    }

    /** {@return the prompt, a char for each byte} */
    private String prompt() throws IOException {
        String prompt =
                new String(String.join(" ", words.subList(1, words.size())).getBytes(UTF_8), ISO_8859_1);
        if (detach || program.isStdinDevice()) {
            return prompt;
        }
        String stdin = new String(program.readStdin(), ISO_8859_1);
        return prompt.isEmpty() ? stdin : prompt + "\n\n" + stdin;
    }

    private static void requirePrompt(String prompt) throws Failure {
        if (prompt.isEmpty()) {
            throw new Failure("inappropriate ioctl for device"); // it would ask at the terminal
        }
    }

    /** {@return how it ends if the model isn't there and can't be brought} The lines of a pull are part of the output. */
    private Optional<Reply> bringModel() throws IOException {
        String model = words.get(0);
        Reply inspection = program.script().any(List.of("inspect", model)).orElseThrow();
        if (inspection.exitCode() == 0) {
            return Optional.empty();
        } else if (!inspection.written(Kind.ERR).contains("model not found")) {
            return Optional.of(inspection);
        }
        program.write(Kind.OUT, "Unable to find model '" + model + "' locally. Pulling from the server.\n");
        Reply pull = program.script().any(List.of("pull", model)).orElseThrow();
        if (pull.exitCode() != 0) {
            return Optional.of(pull);
        }
        program.perform(pull);
        return Optional.empty();
    }

    private int preload(ChatCall call) throws IOException, Failure {
        String json = "{\"model\":" + PlainJson.quote(words.get(0)) + ",\"messages\":[],\"stream\":false}";
        try (HttpAnswer answer = call.post(json, "X-Preload-Only: true\r\n")) {
            if (answer.status() != 200) {
                String body = new String(answer.readAllBytes(), UTF_8);
                throw new Failure("preload failed: status=" + answer.status() + " body=" + body);
            }
            return 0;
        } catch (Failure e) {
            throw e.in("Failed to load model");
        }
    }

    private static String content(String text, List<String> pictures) {
        if (pictures.isEmpty()) {
            return PlainJson.quote(text);
        }
        List<String> parts = new ArrayList<>();
        for (String picture : pictures) {
            parts.add("{\"type\":\"image_url\",\"image_url\":{\"url\":" + PlainJson.quote(picture) + "}}");
        }
        if (!text.isEmpty()) {
            parts.add("{\"type\":\"text\",\"text\":" + PlainJson.quote(text) + "}");
        }
        return "[" + String.join(",", parts) + "]";
    }

    private void chat(ChatCall call, String content) throws IOException, Failure {
        String json = "{\"model\":" + PlainJson.quote(words.get(0)) + ",\"messages\":[{\"role\":\"user\",\"content\":"
                + content + "}],\"stream\":true}";
        try (HttpAnswer answer = call.post(json)) {
            if (answer.status() == 503) {
                throw notRunning();
            } else if (answer.status() != 200) {
                String body = new String(answer.readAllBytes(), UTF_8);
                throw new Failure("error response: status=" + answer.status() + " body=" + body);
            }
            program.print(answer);
        }
    }

    private Failure notRunning() {
        Reply reply = program.script().usual(List.of("run", "503")).orElseThrow();
        return new Failure(reply.written(Kind.ERR).stripTrailing());
    }

    private static Failure failed(Failure e) {
        boolean notRunning = String.valueOf(e.getMessage()).startsWith("Docker Model Runner is not running");
        return notRunning ? e : e.in("Failed to generate a response");
    }
}
