package io.modelrunner.examples;

import io.modelrunner.sdk.ModelRunner;
import java.util.Optional;

/** A way to an answer, which may be open or not. */
interface Road {
    /** {@return what it is, for people} */
    String name();

    /**
     * {@return someone to ask, if this way is open} Notes that it is taken, or why it is not.
     *
     * @param cleanup takes what must be ended after the answer
     * @throws io.modelrunner.ModelRunnerException if it is open and then fails
     */
    Optional<Partner> open(Arguments arguments, Notes notes, Cleanup cleanup);

    /** Someone to ask: a runner, and one of its models. */
    record Partner(ModelRunner runner, String model) {}
}
