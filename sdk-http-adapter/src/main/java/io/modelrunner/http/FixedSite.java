package io.modelrunner.http;

/** The place that an address names. */
record FixedSite(Site site) implements Sites {
    @Override
    public Site current(Attempts attempts) {
        return site;
    }

    /** Another server may stand there next time, with another dialect. */
    @Override
    public void lost(Site lost) {
        lost.speaks(null);
    }

    @Override
    public void close() {
        site.close();
    }

    @Override
    public String toString() {
        return site.toString();
    }
}
