package io.modelrunner.adapter;

import io.modelrunner.ModelRunnerException;

/** The power to load a model before it is needed. Safe for use by several threads. */
public interface Preloader {
    /** What a model is loaded for; the runner starts a process of its own for each. */
    enum Purpose {
        /** Chats and text completions. */
        CHAT,
        /** Embeddings. */
        EMBEDDING,
        /** Reranking. */
        RERANKING
    }

    /**
     * Loads a model and returns when it is loaded. Interrupting the thread ends the loading, too, unless somebody else waits
     * for the same model.
     *
     * @param model the model's name; not null
     * @param purpose what for; not null
     * @throws ModelRunnerException if it can't be loaded; within the limit of {@code Timeouts.load}
     */
    void preload(String model, Purpose purpose);
}
