package io.modelrunner.adapter;

import io.modelrunner.ModelRunnerException;

/**
 * A chain of adapters goes on with another step.
 *
 * @param from the name of the adapter that is left
 * @param to the name of the adapter that is asked now
 * @param step the number of its step, from 1
 * @param cause why the other is left: what it failed with, or why it was not asked
 */
public record FallbackEvent(String from, String to, int step, ModelRunnerException cause) {}
