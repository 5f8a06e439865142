package io.modelrunner.testing.fake;

import static java.util.Objects.requireNonNull;

import io.modelrunner.testing.internal.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the model of a {@link FakeModelRunner} says. Immutable. */
public final class FakeAnswer {
    /**
     * A call of a tool.
     *
     * @param name which
     * @param arguments a JSON object
     */
    record Call(String name, String arguments) {}

    private final String text;
    private final String reasoning;
    private final List<Call> calls;

    private FakeAnswer(String text, String reasoning, List<Call> calls) {
        this.text = text;
        this.reasoning = reasoning;
        this.calls = calls;
    }

    /**
     * {@return an answer in words}
     *
     * @param text the words; may be JSON, if that was asked for
     */
    public static FakeAnswer text(String text) {
        return new FakeAnswer(requireNonNull(text, "text"), "", List.of());
    }

    /**
     * {@return an answer that calls a tool}
     *
     * @param tool its name
     * @param arguments a JSON object
     * @throws IllegalArgumentException if the arguments are none
     */
    public static FakeAnswer call(String tool, String arguments) {
        return text("").thenCall(tool, arguments);
    }

    /**
     * {@return this answer, calling one more tool}
     *
     * @param tool its name
     * @param arguments a JSON object
     * @throws IllegalArgumentException if the arguments are none
     */
    public FakeAnswer thenCall(String tool, String arguments) {
        Json.readObject(arguments);
        List<Call> more = new ArrayList<>(calls);
        more.add(new Call(requireNonNull(tool, "tool"), arguments));
        return new FakeAnswer(text, reasoning, List.copyOf(more));
    }

    /**
     * {@return this answer with thoughts before it}
     *
     * @param thoughts what is told apart from the answer
     */
    public FakeAnswer withReasoning(String thoughts) {
        return new FakeAnswer(text, requireNonNull(thoughts, "thoughts"), calls);
    }

    String text() {
        return text;
    }

    Optional<String> reasoning() {
        return reasoning.isEmpty() ? Optional.empty() : Optional.of(reasoning);
    }

    List<Call> calls() {
        return calls;
    }
}
