package io.modelrunner.cli;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.Attempt;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.http.HttpAdapter;
import io.modelrunner.store.ModelStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command answers where nothing does over HTTP, as far as it can. */
@Timeout(60)
class FallbackToCliTest {
    private static final String NOBODY = "http://127.0.0.1:1";
    private static final ChatRequest HELLO = ChatRequest.of(ScriptedRunner.MODEL, "Hello");

    private final ScriptedRunner runner = new ScriptedRunner();
    private final ScriptedDocker docker = ScriptedDocker.create().runner(runner.url());
    private final Fallback chain = Fallback.of(
            HttpAdapter.at(NOBODY),
            CliAdapter.builder().docker(docker.executable()).build());

    @AfterEach
    void close() {
        chain.close();
        docker.close();
        runner.close();
    }

    @Test
    void commandAnswersWhereHttpDoesNot() {
        ChatResponse whole = chain.chat(HELLO);
        assertThat(whole).isComplete().hasText(ScriptedRunner.ANSWER).wasAnsweredBy("cli");
        assertThat(whole.timeline().attempts())
                .last()
                .returns("2", Attempt::step)
                .returns("cli", Attempt::adapter)
                .returns("answered", Attempt::outcome);
        ChatResponse streamed = chain.stream(HELLO).join();
        assertThat(streamed).hasText(ScriptedRunner.ANSWER).wasAnsweredBy("cli");
        assertThat(streamed.timeline().attempts().get(0).step()).isEqualTo("1");
    }

    @Test
    void optionThatTheCommandCanNotCarryLeavesThatNobodyAnswersOverHttp() {
        ChatRequest cold = HELLO.toBuilder().temperature(0).build();
        RunnerUnreachableException e = catchThrowableOfType(RunnerUnreachableException.class, () -> chain.chat(cold));
        assertThat(e.causes())
                .hasExactlyElementsOfTypes(RunnerUnreachableException.class, UnsupportedOptionException.class);
        assertThat(e).hasMessageContaining("Connection refused; nor did another step answer: cli: ");
    }

    @Test
    void failureOfTheCommandTellsWhatWasAsked() {
        ModelNotFoundException e = catchThrowableOfType(
                ModelNotFoundException.class, () -> chain.chat(ChatRequest.of("ai/nosuch", "Hello")));
        assertThat(e.timeline().attempts())
                .last()
                .returns("cli", Attempt::adapter)
                .returns("docker model", Attempt::endpoint);
    }

    @Test
    void storeIsThatOfTheStepThatIsUp() {
        docker.on(Reply.silent().out("[]\n"), "list", "--json");
        assertThat(chain.power(ModelStore.class).orElseThrow().list()).isEmpty();
        assertThat(chain.health().isUp()).isTrue();
    }
}
