package io.modelrunner.store;

/** Says that a purge is meant. */
public enum PurgeConfirmation {
    /** All models of the runner are to be removed, whoever uses them. */
    DELETE_ALL_MODELS
}
