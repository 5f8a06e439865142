package io.modelrunner.sdk;

/** What a {@link ModelRunner} does when no runner answers; the variable {@code MODEL_RUNNER_FALLBACK} has the same words. */
public enum LastResort {
    /** It fails. */
    NONE,
    /** A mock answers, and says that it is one. */
    MOCK
}
