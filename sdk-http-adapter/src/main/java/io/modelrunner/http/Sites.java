package io.modelrunner.http;

/** Says where the runner is now; one place for ever, or one that is looked for. */
interface Sites extends AutoCloseable {
    /**
     * {@return where the runner is}
     *
     * @param attempts the request that wants to know, which also cancels the looking
     */
    Site current(Attempts attempts);

    /** Takes note that a request got no answer there: whatever was found out about the place may be wrong now. */
    void lost(Site site);

    /** Closes every connection, those in use too. */
    @Override
    void close();

    /** {@return the place, or what is looked for, for messages} */
    @Override
    String toString();
}
