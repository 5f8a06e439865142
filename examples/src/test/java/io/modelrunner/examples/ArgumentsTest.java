package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    @Test
    void wordsAreOnePrompt() throws Arguments.Unfit {
        Arguments arguments = Arguments.parse("Hello,", "who are", "you?");

        assertThat(arguments.prompt()).isEqualTo("Hello, who are you?");
        assertThat(arguments.model()).isEmpty();
        assertThat(arguments.debug()).isFalse();
        assertThat(arguments.help()).isFalse();
    }

    @Test
    void optionsMayStandAnywhere() throws Arguments.Unfit {
        Arguments arguments = Arguments.parse("Hello", "--model", "ai/qwen3", "you", "--debug");

        assertThat(arguments.prompt()).isEqualTo("Hello you");
        assertThat(arguments.model()).contains("ai/qwen3");
        assertThat(arguments.debug()).isTrue();
    }

    @Test
    void behindTwoDashesAllIsPrompt() throws Arguments.Unfit {
        assertThat(Arguments.parse("--", "--model", "-").prompt()).isEqualTo("--model -");
    }

    @Test
    void helpNeedsNoPrompt() throws Arguments.Unfit {
        assertThat(Arguments.parse("--help").help()).isTrue();
    }

    @Test
    void diagnosisNeedsNoPrompt() throws Arguments.Unfit {
        assertThat(Arguments.parse("--diagnose").diagnose()).isTrue();
        assertThat(Arguments.parse("Hello").diagnose()).isFalse();
    }

    @Test
    void verificationNeedsNoPromptAndMayBeRecorded() throws Arguments.Unfit {
        Arguments arguments = Arguments.parse("--verify", "--record", "answers", "--model", "ai/qwen3");

        assertThat(arguments.verify()).isTrue();
        assertThat(arguments.record()).contains(Path.of("answers"));
        assertThat(arguments.model()).contains("ai/qwen3");
        assertThat(Arguments.parse("--verify").record()).isEmpty();
        assertThat(Arguments.parse("Hello").verify()).isFalse();
    }

    @Test
    void adapterIsHttpUnlessTheCommandIsAskedFor() throws Arguments.Unfit {
        assertThat(Arguments.parse("Hello").cli()).isFalse();
        assertThat(Arguments.parse("--adapter", "http", "Hello").cli()).isFalse();
        assertThat(Arguments.parse("--adapter", "cli", "Hello").cli()).isTrue();
    }

    @Test
    void runnerOfItsOwnMayBeOfAnotherImage() throws Arguments.Unfit {
        Arguments arguments = Arguments.parse("--runner", "--yes", "--image", "mine", "Hello");

        assertThat(arguments.runner()).isTrue();
        assertThat(arguments.yes()).isTrue();
        assertThat(arguments.image()).contains("mine");
        assertThat(Arguments.parse("Hello").runner()).isFalse();
    }

    @Test
    void unfitArgumentsAreNamed() {
        assertUnfit("--adapter is http or cli, but not grpc", "Hello", "--adapter", "grpc");
        assertUnfit("--verify is for a runner over HTTP", "--verify", "--adapter", "cli");
        assertUnfit("--verify has its own prompts", "--verify", "Hello");
        assertUnfit("--diagnose and --verify are two questions", "--verify", "--diagnose");
        assertUnfit("--record is for --verify", "Hello", "--record", "answers");
        assertUnfit("--record needs a value", "--verify", "--record");
        assertUnfit("model must be 1 to 512 characters, but is 0 characters", "--verify", "--model", "");
        assertUnfit("--runner goes with a prompt, over HTTP", "--runner", "--diagnose");
        assertUnfit("--runner goes with a prompt, over HTTP", "--runner", "--adapter", "cli", "Hello");
        assertUnfit("--yes and --image are for --runner", "--yes", "Hello");
        assertUnfit("--yes and --image are for --runner", "--image", "mine", "Hello");
        assertUnfit("a prompt is missing", "--runner");
        assertUnfit("a prompt is missing");
        assertUnfit("a prompt is missing", " ", "--debug");
        assertUnfit("--model needs a value", "Hello", "--model");
        assertUnfit("unknown option --models; a prompt that begins like one goes behind --", "Hello", "--models");
        assertUnfit("unknown option -v; a prompt that begins like one goes behind --", "-v");
        assertUnfit("model must be 1 to 512 characters, but is 0 characters", "Hello", "--model", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "Upper/Case", "an image", "image:", "-image", "a//b", ":", "@"})
    void whatIsNoImageIsNamed(String image) {
        assertThatThrownBy(() -> Arguments.parse("--runner", "--image", image, "Hello"))
                .isInstanceOf(Arguments.Unfit.class)
                .hasMessage("--image needs the name of an image, but not \"" + image + '"');
    }

    private static void assertUnfit(String message, String... args) {
        assertThatThrownBy(() -> Arguments.parse(args))
                .isInstanceOf(Arguments.Unfit.class)
                .hasMessage(message);
    }
}
