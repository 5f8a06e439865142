package io.modelrunner.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.modelrunner.InvalidRequestException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageTest {
    private static final String SECRET = "hunter2";
    private static final ToolCall CALL = new ToolCall("1", "clock", "{\"password\":\"hunter2\"}");

    static Stream<Object> prompts() {
        Message.User user = Message.user(ContentPart.text(SECRET), new ContentPart.Image("http://host/" + SECRET));
        ChatRequest request = ChatRequest.builder("m")
                .system(SECRET)
                .message(user)
                .message(new Message.Assistant(SECRET, List.of(CALL)))
                .message(Message.toolResult("1", SECRET))
                .stop(SECRET)
                .extra("api_key", Map.of("key", SECRET))
                .build();
        return Stream.concat(
                Stream.of(request, CALL, ContentPart.text(SECRET), new ContentPart.Image("http://host/" + SECRET)),
                request.messages().stream());
    }

    @ParameterizedTest
    @MethodSource("prompts")
    void promptIsNotShown(Object value) {
        assertThat(value.toString()).isNotEmpty().doesNotContain(SECRET);
    }

    static Stream<Runnable> refusals() {
        String longText = SECRET.repeat(1_500_000);
        return Stream.of(
                () -> Message.user(longText),
                () -> Message.system(longText),
                () -> ChatRequest.builder("m").stop(longText),
                () -> Tool.of("clock", longText),
                () -> Tool.of("clock", "", "{\"" + SECRET),
                () -> new ContentPart.Image(SECRET),
                () -> new ContentPart.Image("data:image/png," + SECRET),
                () -> new ContentPart.Image("data:" + longText + ";base64,AAAA"),
                () -> ContentPart.image(longText, new byte[1]),
                () -> ChatRequest.builder("m").extra("x", new Object[] {SECRET}));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusedTextIsNotShown(Runnable refused) {
        Throwable thrown = catchThrowable(refused::run);

        assertThat(thrown).isInstanceOf(InvalidRequestException.class);
        assertThat(thrown.toString()).doesNotContain(SECRET).hasSizeLessThan(200);
    }

    @Test
    void kindsAndLengthsAreShown() {
        assertThat(Message.system("abc")).hasToString("SystemPrompt[3 characters]");
        assertThat(Message.user("abc")).hasToString("User[parts=[Text[3 characters]]]");
        assertThat(new Message.Assistant("", List.of(CALL)))
                .hasToString("Assistant[0 characters, [ToolCall[1, clock]]]");
        assertThat(Message.toolResult("1", "noon")).hasToString("ToolResult[1, 4 characters]");
    }

    @Test
    void textOfAUserIsThatOfItsTextParts() {
        ContentPart picture = ContentPart.image("image/gif", new byte[3]);

        assertThat(Message.user("abc").text()).isEqualTo("abc");
        assertThat(Message.user(ContentPart.text("a"), picture, ContentPart.text("b"))
                        .text())
                .isEqualTo("a\nb");
        assertThat(Message.user(picture).text()).isEmpty();
    }

    @Test
    void listsAreCopied() {
        List<ContentPart> parts = new ArrayList<>(List.of(ContentPart.text("a")));
        List<ToolCall> calls = new ArrayList<>(List.of(CALL));
        Message.User user = new Message.User(parts);
        Message.Assistant assistant = new Message.Assistant("a", calls);
        parts.clear();
        calls.clear();

        assertThat(user.parts()).hasSize(1);
        assertThat(assistant.toolCalls()).containsExactly(CALL);
    }

    @Test
    void pictureFromBytesIsADataUrl() {
        byte[] bytes = {1, 2, 3, 4};

        assertThat(ContentPart.image("image/png", bytes))
                .isEqualTo(new ContentPart.Image(
                        "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes)));
    }
}
