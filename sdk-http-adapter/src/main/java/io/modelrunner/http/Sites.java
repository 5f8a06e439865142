package io.modelrunner.http;

import io.modelrunner.ModelRunnerException;

/** Says where the runner is now; one place for ever, or one that is looked for. */
interface Sites extends AutoCloseable {
    /**
     * {@return where the runner is}
     *
     * @param attempts the request that wants to know, which also cancels the looking
     */
    Site current(Attempts attempts);

    /**
     * Takes note that a request got no answer there: whatever was found out about the place may be wrong now.
     *
     * @return whether the runner may be somewhere else now
     */
    boolean lost(Site site);

    /** {@return what to throw in place of a failure at a site that was lost: it may say more} */
    ModelRunnerException explained(ModelRunnerException failure, Site site);

    /** Closes every connection, those in use too. */
    @Override
    void close();

    /** {@return the place, or what is looked for, for messages} */
    @Override
    String toString();
}
