package io.modelrunner.mock;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.internal.Checks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a {@link MockAdapter} answers: pieces of text, tool calls, a failure, at a pace. Immutable. */
public final class MockReply {
    private static final Pattern WORD = Pattern.compile("\\s*\\S+\\s*$|\\s*\\S+|\\s+");

    private static final Duration LONGEST = Duration.ofHours(24);

    private final List<String> pieces;
    private final List<ToolCall> toolCalls;
    private final Duration delay;
    private final @Nullable Supplier<? extends ModelRunnerException> failure;

    private MockReply(
            List<String> pieces,
            List<ToolCall> toolCalls,
            Duration delay,
            @Nullable Supplier<? extends ModelRunnerException> failure) {
        this.pieces = List.copyOf(pieces);
        this.toolCalls = List.copyOf(toolCalls);
        this.delay = delay;
        this.failure = failure;
    }

    /**
     * {@return a text, streamed word by word}
     *
     * @param text the answer; may be empty
     */
    public static MockReply text(String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(requireNonNull(text, "text"));
        while (word.find()) {
            words.add(word.group());
        }
        return pieces(words.toArray(String[]::new));
    }

    /**
     * {@return a text, streamed in these pieces}
     *
     * @param pieces the pieces, none empty
     */
    public static MockReply pieces(String... pieces) {
        List.of(pieces).forEach(piece -> Checks.length(piece, 1, Checks.LONGEST_TEXT, "mock piece"));
        return new MockReply(List.of(pieces), List.of(), Duration.ZERO, null);
    }

    /**
     * {@return a call of a tool}
     *
     * @param name the tool
     * @param arguments its arguments as JSON
     */
    public static MockReply toolCall(String name, String arguments) {
        return new MockReply(List.of(), List.of(new ToolCall("mock_call_1", name, arguments)), Duration.ZERO, null);
    }

    /**
     * {@return a failure}
     *
     * @param failure makes the exception, each time anew; not null
     */
    public static MockReply failure(Supplier<? extends ModelRunnerException> failure) {
        return new MockReply(List.of(), List.of(), Duration.ZERO, requireNonNull(failure, "failure"));
    }

    /**
     * {@return the same reply at a pace}
     *
     * @param before the pause before each piece and before the end, 0 to 24 h; not null
     */
    public MockReply every(Duration before) {
        boolean sensible = !before.isNegative() && before.compareTo(LONGEST) <= 0;
        Checks.that(sensible, "mock pause", "between PT0S and PT24H", before);
        return new MockReply(pieces, toolCalls, before, failure);
    }

    /**
     * {@return the same reply, failing behind its pieces}
     *
     * @param then makes the exception, each time anew; not null
     */
    public MockReply thenFailure(Supplier<? extends ModelRunnerException> then) {
        return new MockReply(pieces, toolCalls, delay, requireNonNull(then, "then"));
    }

    List<String> pieces() {
        return pieces;
    }

    List<ToolCall> toolCalls() {
        return toolCalls;
    }

    Duration delay() {
        return delay;
    }

    @Nullable
    Supplier<? extends ModelRunnerException> failure() {
        return failure;
    }
}
