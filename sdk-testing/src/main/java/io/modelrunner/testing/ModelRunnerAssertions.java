package io.modelrunner.testing;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/**
 * Where assertions about answers and failures begin; goes together with a static import of AssertJ's own.
 *
 * <pre>{@code
 * assertThat(adapter.chat(request)).isComplete().hasTextStartingWith("Hello");
 * assertThat(adapter.stream(request)).isComplete().streamsMoreThan(3);
 * assertThatModelRunnerException(() -> adapter.chat(request)).hasStatus(404).namesModel("ai/smollm2");
 * }</pre>
 */
public final class ModelRunnerAssertions {
    private ModelRunnerAssertions() {}

    /**
     * {@return assertions about an answer}
     *
     * @param actual the answer
     */
    public static ChatResponseAssert assertThat(@Nullable ChatResponse actual) {
        return new ChatResponseAssert(actual);
    }

    /**
     * {@return assertions about an answer that is streamed} The first one reads the stream to its end and closes it.
     *
     * @param actual the stream, of which nothing was read
     */
    public static ChatStreamAssert assertThat(@Nullable ChatStream actual) {
        return new ChatStreamAssert(actual);
    }

    /**
     * {@return assertions about a failure}
     *
     * @param actual the failure
     */
    public static ModelRunnerExceptionAssert assertThat(@Nullable ModelRunnerException actual) {
        return new ModelRunnerExceptionAssert(actual);
    }

    /**
     * {@return assertions about the failure of a call}
     *
     * @param call what must fail with a {@link ModelRunnerException}
     */
    public static ModelRunnerExceptionAssert assertThatModelRunnerException(ThrowingCallable call) {
        Throwable thrown = Assertions.catchThrowable(call);
        Assertions.assertThat(thrown).isInstanceOf(ModelRunnerException.class);
        return new ModelRunnerExceptionAssert((ModelRunnerException) thrown);
    }
}
