package io.modelrunner.store;

/** When an adapter pulls a model that it is asked to use; by default it never does. */
public enum PullPolicy {
    /** A model that is not there is a {@link io.modelrunner.ModelNotFoundException}. */
    NEVER,
    /** A model that is not there is pulled, and the request is sent again. */
    IF_MISSING,
    /**
     * Each model is pulled before its first use by the adapter, so that it is as new as that of the registry; the registry
     * must be reachable for that.
     */
    ALWAYS
}
