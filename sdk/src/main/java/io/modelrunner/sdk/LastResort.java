package io.modelrunner.sdk;

/**
 * What a {@link ModelRunner} does when the roads before have failed with what may be better elsewhere: no runner answers, one breaks off, or has
 * not the model. A typing error in a model's name is answered by the mock, too. The variable {@code MODEL_RUNNER_FALLBACK} has the same words.
 */
public enum LastResort {
    /** It fails. */
    NONE,
    /** A mock answers, and says that it is one. */
    MOCK
}
