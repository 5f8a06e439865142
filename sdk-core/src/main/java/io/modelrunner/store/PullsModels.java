package io.modelrunner.store;

/**
 * The habit of an adapter to pull models that it is asked for; asked for as a power, so that a chain of adapters knows where not to
 * go on with a model that is missing. An adapter without it pulls nothing by itself.
 */
public interface PullsModels {
    /** {@return when the adapter pulls a model that it is asked to use} */
    PullPolicy pullPolicy();
}
