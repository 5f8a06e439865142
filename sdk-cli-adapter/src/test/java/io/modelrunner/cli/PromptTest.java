package io.modelrunner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.Capability;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PromptTest extends CliTestCase {
    private static ChatRequest conversation() {
        return ChatRequest.builder("ai/tiny")
                .system("Be brief.")
                .user("Hello")
                .assistant("Hi!")
                .user("And now?")
                .build();
    }

    @BeforeEach
    void answer() {
        docker.on(Reply.silent().out("Well.\n"), "run");
    }

    @Test
    void oneMessageIsTheTextAsItIs() {
        assertThat(Prompt.of(ChatRequest.of("ai/tiny", " Hello\n"))).isEqualTo(" Hello\n");
    }

    @Test
    void conversationIsFoldedWhereThatIsWanted() {
        CliAdapter adapter = opened(builder().foldConversations(true));
        ChatResponse response = adapter.chat(conversation());
        assertThat(docker.lastInvocation().stdin())
                .contains("System: Be brief.\n\nUser: Hello\n\nAssistant: Hi!\n\nUser: And now?\n\nAssistant:");
        assertThat(response.warnings()).anyMatch(warning -> warning.contains("one prompt"));
        assertThat(adapter.chat(hello()).warnings()).noneMatch(warning -> warning.contains("one prompt"));
    }

    @Test
    void whatIsNotCarriedIsRefused() {
        CliAdapter adapter = adapter();
        assertThat(adapter.capabilities()).isEmpty();
        for (ChatRequest request : new ChatRequest[] {
            conversation(),
            ChatRequest.builder("ai/tiny").system("x").user("y").build(),
            ChatRequest.builder("ai/tiny").user("y").temperature(0.5).build(),
            ChatRequest.builder("ai/tiny").user("y").maxTokens(5).build(),
            ChatRequest.builder("ai/tiny").user("y").seed(5).build()
        }) {
            assertThatExceptionOfType(UnsupportedOptionException.class).isThrownBy(() -> adapter.chat(request));
        }
        assertThat(docker.invocations()).isEmpty();
        assertThat(opened(builder().foldConversations(true)).capabilities())
                .containsExactlyInAnyOrder(Capability.CONVERSATION, Capability.SYSTEM_MESSAGES);
    }
}
