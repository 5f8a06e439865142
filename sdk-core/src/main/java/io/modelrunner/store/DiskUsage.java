package io.modelrunner.store;

/**
 * How much room a runner takes.
 *
 * @param models all of its store, in bytes
 * @param engine its default engine, in bytes
 */
public record DiskUsage(long models, long engine) {}
