package io.modelrunner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelrunner.ModelRunnerException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An exception of this adapter stays what it is when a chain makes it again with other facts. */
class OtherFactsTest {
    private static final io.modelrunner.Failure FACTS =
            io.modelrunner.Failure.of("it failed").build();

    static Stream<ModelRunnerException> all() {
        return Stream.of(
                new CommandMissingException(FACTS), new DaemonDownException(FACTS), new UnsafePromptException(FACTS));
    }

    @ParameterizedTest
    @MethodSource("all")
    void copyIsOfTheSameClass(ModelRunnerException original) {
        io.modelrunner.Failure other =
                original.failure().toBuilder("it failed elsewhere, too").build();
        ModelRunnerException copy = original.with(other);
        assertThat(copy).hasSameClassAs(original).hasMessage("it failed elsewhere, too");
        assertThat(copy.failure()).isSameAs(other);
        assertThat(copy.elsewhere()).isEqualTo(original.elsewhere());
    }
}
