package io.modelrunner.internal;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.TimedOutException;

/** What a log may say of a failure: its sentence may have words of a server in it, and those words of a prompt or an answer. */
public final class LogWords {
    private LogWords() {}

    /** {@return its class and, if it is the SDK's own, what was waited for, where, and with which status; never a message} */
    public static String of(Throwable failure) {
        StringBuilder words = new StringBuilder(failure.getClass().getSimpleName());
        if (failure instanceof TimedOutException late) {
            words.append(" (")
                    .append(late.phase().label())
                    .append(", ")
                    .append(late.limit())
                    .append(')');
        }
        if (failure instanceof ModelRunnerException known) {
            known.endpoint().ifPresent(endpoint -> words.append(" at ").append(endpoint));
            known.status().ifPresent(status -> words.append(", status ").append(status));
        }
        return words.toString();
    }
}
