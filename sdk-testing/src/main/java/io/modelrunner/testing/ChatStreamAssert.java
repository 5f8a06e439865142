package io.modelrunner.testing;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about an answer that is streamed; {@link ModelRunnerAssertions#assertThat(ChatStream)} makes them.
 *
 * <p>The first assertion reads the stream to its end, and closes it. If the answer failed, all but {@link #fails()} throw
 * what the stream threw.
 */
public final class ChatStreamAssert extends AbstractChatResponseAssert<ChatStreamAssert, ChatStream> {
    private final List<String> pieces = new ArrayList<>();
    private @Nullable ChatResponse response;
    private @Nullable ModelRunnerException failure;

    ChatStreamAssert(@Nullable ChatStream actual) {
        super(actual, ChatStreamAssert.class);
    }

    @Override
    protected ChatResponse response() {
        read();
        if (response != null) {
            return response;
        }
        ModelRunnerException known = failure;
        if (known != null) {
            throw known;
        }
        throw new AssertionError("the stream ended without an answer");
    }

    /**
     * {@return this, if the text came in exactly these pieces}
     *
     * @param expected the pieces
     */
    public ChatStreamAssert streamsText(String... expected) {
        response();
        if (!pieces.equals(List.of(expected))) {
            throw failure("%nExpecting the pieces%n  %s%nbut they were%n  %s", List.of(expected), pieces);
        }
        return this;
    }

    /**
     * {@return this, if the text came in more than so many pieces}
     *
     * @param count how many are too few
     */
    public ChatStreamAssert streamsMoreThan(int count) {
        response();
        if (pieces.size() <= count) {
            throw failure("%nExpecting more than %s pieces%nbut they were%n  %s", count, pieces);
        }
        return this;
    }

    /** {@return assertions about the failure with which the stream ended} */
    public ModelRunnerExceptionAssert fails() {
        read();
        if (failure == null) {
            throw failure("%nExpecting the stream to fail%nbut it gave%n  %s", told());
        }
        return new ModelRunnerExceptionAssert(failure);
    }

    private void read() {
        isNotNull();
        if (response != null || failure != null) {
            return;
        }
        try (ChatStream stream = actual) {
            for (ChatEvent event : stream) {
                if (event instanceof ChatEvent.Text text) {
                    pieces.add(text.text());
                }
            }
            response = stream.join();
        } catch (ModelRunnerException e) {
            failure = e;
        }
    }
}
