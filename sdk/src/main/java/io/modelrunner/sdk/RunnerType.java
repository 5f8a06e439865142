package io.modelrunner.sdk;

/** Which road a {@link ModelRunner} takes; the variable {@code MODEL_RUNNER_TYPE} has the same words. */
public enum RunnerType {
    /** Over HTTP and, where that fails and nobody named a place that only HTTP knows, over the command {@code docker model}. */
    AUTO,
    /** Over HTTP; {@code api} is an older word for it. */
    HTTP,
    /** Over the command {@code docker model}. */
    CLI,
    /** None: a mock answers. */
    MOCK
}
