package io.modelrunner.examples;

import io.modelrunner.Failure;
import io.modelrunner.OperationMissingException;
import io.modelrunner.adapter.LLMAdapter;

/** What only some ways to a runner can do. */
final class Powers {
    private Powers() {}

    /**
     * {@return a power of an adapter}
     *
     * @throws OperationMissingException if it hasn't it
     */
    static <T> T of(LLMAdapter adapter, Class<T> type, String what) {
        return adapter.power(type)
                .orElseThrow(() -> new OperationMissingException(
                        Failure.of("this way to a runner has no " + what).build()));
    }
}
