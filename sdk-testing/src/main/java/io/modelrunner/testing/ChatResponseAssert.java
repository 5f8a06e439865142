package io.modelrunner.testing;

import io.modelrunner.chat.ChatResponse;
import org.jspecify.annotations.Nullable;

/** Assertions about an answer; {@link ModelRunnerAssertions#assertThat(ChatResponse)} makes them. */
public final class ChatResponseAssert extends AbstractChatResponseAssert<ChatResponseAssert, ChatResponse> {
    ChatResponseAssert(@Nullable ChatResponse actual) {
        super(actual, ChatResponseAssert.class);
    }

    @Override
    protected ChatResponse response() {
        isNotNull();
        return actual;
    }
}
