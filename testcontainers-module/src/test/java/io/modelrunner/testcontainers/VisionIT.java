package io.modelrunner.testcontainers;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.Capability;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.Message;
import io.modelrunner.http.HttpAdapter;
import java.util.Base64;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A real model sees the colour of pictures, so that their pixels must have arrived; one without eyes says so. */
class VisionIT {
    @RegisterExtension
    static final RealRunner server =
            RealRunner.of(new LlamaCppContainer().withTinyVision(), "model-runner.it.vision-model", "ai/tiny-vision");

    @RegisterExtension
    static final RealRunner blind = RealRunner.of(new LlamaCppContainer().withTinyModel());

    private static final String RED =
            "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC";
    private static final String BLUE =
            "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEElEQVR4nGNgYPiPAw0pCQCpcD/BFMrqcwAAAABJRU5ErkJggg==";
    private static final String LIGHT =
            "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAD0lEQVR4nGNowAEYhpYEAILzYAGc7g8kAAAAAElFTkSuQmCC";

    @ParameterizedTest
    @CsvSource({"red, WHOLE", "red, STREAMED", "blue, WHOLE", "blue, STREAMED", "light, WHOLE", "light, STREAMED"})
    void pictureIsSeen(String colour, Way way) {
        try (HttpAdapter adapter = server.adapter()) {
            assertThat(way.ask(adapter, repeating(server, picture(colour)))).hasText(colour);
        }
    }

    @ParameterizedTest
    @EnumSource
    void dataUrlIsPassedOn(Way way) {
        ContentPart picture = new ContentPart.Image("data:image/png;base64," + BLUE);
        try (HttpAdapter adapter = server.adapter()) {
            assertThat(way.ask(adapter, repeating(server, picture))).hasText("blue");
        }
    }

    @ParameterizedTest
    @EnumSource
    void modelWithoutEyesSaysSo(Way way) {
        ChatRequest request = repeating(blind, picture("red"));
        try (HttpAdapter adapter = blind.adapter()) {
            UnsupportedOptionException failure =
                    catchThrowableOfType(UnsupportedOptionException.class, () -> way.ask(adapter, request));

            assertThat(failure).isNotNull();
            assertThat(failure.capability()).isEqualTo(Capability.IMAGES);
            assertThat(failure).isWorthTryingElsewhere();
        }
    }

    private static ContentPart picture(String colour) {
        String png = switch (colour) {
            case "red" -> RED;
            case "blue" -> BLUE;
            default -> LIGHT;
        };
        return ContentPart.image("image/png", Base64.getDecoder().decode(png));
    }

    private static ChatRequest repeating(RealRunner runner, ContentPart picture) {
        return ChatRequest.builder(runner.model().text())
                .message(Message.user(ContentPart.text("Repeat after me:"), picture))
                .temperature(0)
                .build();
    }
}
