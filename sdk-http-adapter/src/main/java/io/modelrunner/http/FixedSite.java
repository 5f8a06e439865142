package io.modelrunner.http;

import io.modelrunner.ModelRunnerException;

/** The place that an address names. */
record FixedSite(Site site) implements Sites {
    @Override
    public Site current(Attempts attempts) {
        return site;
    }

    /** Another server may stand there next time, with another dialect. */
    @Override
    public boolean lost(Site lost) {
        lost.speaks(null);
        return false;
    }

    @Override
    public ModelRunnerException explained(ModelRunnerException failure, Site lost) {
        return failure;
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
