package io.modelrunner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModelRunnerExceptionTest {
    private static final ModelName MODEL = ModelName.of("ai/smollm2");

    static Stream<Arguments> kinds() {
        return Stream.of(
                kind(RunnerUnreachableException.class, true, RunnerUnreachableException::new),
                kind(ModelUnavailableException.class, true, ModelUnavailableException::new),
                kind(ModelUnavailableException.class, true, ModelNotFoundException::new),
                kind(ModelUnavailableException.class, true, ModelLoadException::new),
                kind(ModelUnavailableException.class, true, ModelLoadingException::new),
                kind(ModelUnavailableException.class, true, EngineUnavailableException::new),
                kind(RequestRefusedException.class, false, RequestRefusedException::new),
                kind(RequestRefusedException.class, false, UnauthorizedException::new),
                kind(RequestRefusedException.class, false, f -> new ContextOverflowException(f, 1, 2)),
                kind(RequestRefusedException.class, true, OperationMissingException::new),
                kind(RequestRefusedException.class, true, f -> new UnsupportedOptionException(f, Capability.TOOLS)),
                kind(BrokenAnswerException.class, true, BrokenAnswerException::new),
                kind(BrokenAnswerException.class, true, EngineFailedException::new),
                kind(
                        TimedOutException.class,
                        true,
                        f -> new TimedOutException(f, Timeouts.Phase.LOAD, Duration.ofSeconds(1))),
                kind(CancelledException.class, false, CancelledException::new));
    }

    private static Arguments kind(
            Class<?> category, boolean elsewhere, Function<Failure, ModelRunnerException> constructor) {
        ModelRunnerException made = constructor.apply(facts().build());
        return Arguments.argumentSet(made.getClass().getSimpleName(), made, category, elsewhere);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void factsAreFields(ModelRunnerException exception, Class<?> category, boolean elsewhere) {
        assertThat(exception).isInstanceOf(category).hasCauseInstanceOf(IOException.class);
        assertThat(exception.elsewhere()).isEqualTo(elsewhere);
        hasFacts(exception);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void messageIsWhatHappenedAndTheFirstRemedy(ModelRunnerException exception) {
        assertThat(exception)
                .hasMessage("the runner has no model ai/smollm2\n"
                        + "  → docker model pull ai/smollm2   (it was not pulled yet)");
        assertThat(exception.what()).isEqualTo("the runner has no model ai/smollm2");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void serialisedExceptionKeepsItsFacts(ModelRunnerException exception) {
        ModelRunnerException copy = copy(exception);

        assertThat(copy).hasSameClassAs(exception).hasMessage(exception.getMessage());
        hasFacts(copy);
    }

    private static void hasFacts(ModelRunnerException exception) {
        assertThat(exception.adapter()).contains("http");
        assertThat(exception.endpoint()).contains("http://localhost:12434");
        assertThat(exception.model()).contains(MODEL);
        assertThat(exception.status()).hasValue(404);
        assertThat(exception.partialText()).isEqualTo("so far");
        assertThat(exception.remedies())
                .containsExactly(
                        new Remedy("docker model pull ai/smollm2", "it was not pulled yet"),
                        new Remedy("docker model list", ""));
    }

    @Test
    void factsOfSubclassesSurviveSerialisation() {
        Failure facts = facts().build();

        ContextOverflowException overflow = copy(new ContextOverflowException(facts, 5_000, 4_096));
        assertThat(overflow.promptTokens()).hasValue(5_000);
        assertThat(overflow.contextTokens()).hasValue(4_096);
        TimedOutException late = copy(new TimedOutException(facts, Timeouts.Phase.LOAD, Duration.ofSeconds(3)));
        assertThat(late.phase()).isEqualTo(Timeouts.Phase.LOAD);
        assertThat(late.limit()).isEqualTo(Duration.ofSeconds(3));
        assertThat(copy(new UnsupportedOptionException(facts, Capability.IMAGES))
                        .capability())
                .isEqualTo(Capability.IMAGES);
        InvalidRequestException invalid = copy(new InvalidRequestException("topK", "between 0 and 9", "10"));
        assertThat(invalid.field() + "|" + invalid.bound() + "|" + invalid.value())
                .isEqualTo("topK|between 0 and 9|10");
    }

    @Test
    void factsThatAreUnknownAreAbsent() {
        Failure bare = Failure.of("it broke").build();
        ModelRunnerException exception = new BrokenAnswerException(bare);

        assertThat(exception).hasMessage("it broke").hasNoCause();
        assertThat(exception.adapter()).isEmpty();
        assertThat(exception.endpoint()).isEmpty();
        assertThat(exception.model()).isEmpty();
        assertThat(exception.status()).isEmpty();
        assertThat(exception.remedies()).isEmpty();
        assertThat(exception.partialText()).isEmpty();
        ContextOverflowException overflow = new ContextOverflowException(bare, -1, -1);
        assertThat(overflow.promptTokens()).isEmpty();
        assertThat(overflow.contextTokens()).isEmpty();
    }

    @Test
    void partOfAnAnswerIsNotShown() {
        ModelRunnerException exception = new BrokenAnswerException(
                Failure.of("cut off").partialText("the secret plan").build());

        assertThat(exception.toString()).doesNotContain("secret");
    }

    @Test
    void remedyWithoutAConditionIsItsCommand() {
        assertThat(new Remedy("docker model list", "")).hasToString("docker model list");
    }

    private static Failure.Builder facts() {
        return Failure.of("the runner has no model ai/smollm2")
                .adapter("http")
                .endpoint("http://localhost:12434")
                .model(MODEL)
                .status(404)
                .cause(new IOException("reset"))
                .partialText("so far")
                .remedy("docker model pull ai/smollm2", "it was not pulled yet")
                .remedy("docker model list", "");
    }

    private static <T extends ModelRunnerException> T copy(T exception) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new ObjectOutputStream(bytes).writeObject(exception);
            Object copy = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
            @SuppressWarnings("unchecked")
            T typed = (T) copy;
            return typed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
