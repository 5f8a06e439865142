package io.modelrunner.internal;

import io.modelrunner.Failure;

/** What was being done when an error came. */
public interface ErrorContext {
    /** {@return the facts of a failure, begun} */
    Failure.Builder facts(String what);

    /** {@return the runner for messages, such as {@code the runner at http://localhost:12434}} */
    String runner();

    /** {@return where the runner is, for messages} */
    String address();

    /** {@return the model that was asked, for messages} */
    String model();
}
