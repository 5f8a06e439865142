package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes an answer as {@code docker model run} does: each piece of text as it comes. */
final class AnswerPrinter {
    private static final int LONGEST_LINE = 64 * 1024;

    private enum Last {
        NOTHING,
        REASONING,
        CONTENT
    }

    private final OutputStream out;
    private final OutputStream reasoning;
    private final OutputStream err;
    private Last last = Last.NOTHING;
    private String usage = "";

    /**
     * @param out where the text goes
     * @param reasoning where the reasoning goes: to standard output even if the text doesn't
     * @param err where words go that precede the answer
     */
    AnswerPrinter(OutputStream out, OutputStream reasoning, OutputStream err) {
        this.out = out;
        this.reasoning = reasoning;
        this.err = err;
    }

    void print(HttpAnswer answer) throws IOException, Failure {
        if (answer.isEventStream()) {
            printEvents(answer);
        } else {
            Object json = PlainJson.read(new String(answer.readAllBytes(), UTF_8));
            write(out, string(member(choice(json), "message"), "content"));
        }
        write(out, usage);
    }

    private void printEvents(HttpAnswer answer) throws IOException, Failure {
        boolean begun = false;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        @Nullable IOException cut = null;
        for (int one = 0; one >= 0; ) {
            try {
                one = answer.read();
            } catch (IOException e) {
                one = -1;
                cut = e;
            }
            if (one >= 0 && one != '\n') {
                bytes.write(one);
                check(bytes.size());
                continue;
            }
            String line = bytes.toString(UTF_8).stripTrailing();
            bytes.reset();
            begun |= line.startsWith("data:") || line.startsWith(":") || line.startsWith("{");
            if (!begun && !line.isEmpty()) {
                write(err, line + "\n");
            } else if (line.equals("data: [DONE]")) {
                return;
            } else if (line.startsWith("data: ")) {
                printEvent(line.substring("data: ".length()));
            }
        }
        if (cut != null) {
            throw new Failure("error reading response stream: " + cut.getMessage());
        }
    }

    private static void check(int length) throws Failure {
        if (length >= LONGEST_LINE) {
            throw new Failure("error reading response stream: bufio.Scanner: token too long");
        }
    }

    private void printEvent(String data) throws IOException, Failure {
        Object event;
        try {
            event = PlainJson.read(data);
        } catch (Failure e) {
            throw e.in("error parsing stream response");
        }
        if (!(event instanceof Map)) {
            String kind = event instanceof List ? "array" : "string";
            throw new Failure("error parsing stream response: json: cannot unmarshal " + kind
                    + " into Go value of type desktop.OpenAIChatResponse");
        }
        noteUsage(member(event, "usage"));
        Object delta = member(choice(event), "delta");
        printReasoning(string(delta, "reasoning_content"));
        printContent(string(delta, "content"));
    }

    private void printReasoning(String text) throws IOException {
        if (text.isEmpty()) {
            return;
        }
        if (last == Last.CONTENT) {
            write(out, "\n\n");
        }
        write(reasoning, last == Last.REASONING ? text : "Thinking:\n" + text);
        last = Last.REASONING;
    }

    private void printContent(String text) throws IOException {
        if (text.isEmpty()) {
            return;
        }
        if (last == Last.REASONING) {
            write(out, "\n\n--\n\n");
        }
        write(out, text);
        last = Last.CONTENT;
    }

    private void noteUsage(@Nullable Object tokens) {
        if (tokens instanceof Map) {
            usage = "\n\nToken usage: " + number(tokens, "prompt_tokens") + " prompt + "
                    + number(tokens, "completion_tokens") + " completion = " + number(tokens, "total_tokens")
                    + " total";
        }
    }

    private static @Nullable Object choice(@Nullable Object json) {
        return member(json, "choices") instanceof List<?> choices && !choices.isEmpty() ? choices.get(0) : null;
    }

    private static @Nullable Object member(@Nullable Object json, String name) {
        return json instanceof Map<?, ?> members ? members.get(name) : null;
    }

    private static String string(@Nullable Object json, String name) {
        return member(json, name) instanceof String text ? text : "";
    }

    private static long number(@Nullable Object json, String name) {
        return member(json, name) instanceof Double number ? number.longValue() : 0;
    }

    private static void write(OutputStream to, String text) throws IOException {
        to.write(text.getBytes(UTF_8));
    }
}
