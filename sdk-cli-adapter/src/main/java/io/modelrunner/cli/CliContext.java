package io.modelrunner.cli;

import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.internal.ErrorContext;
import org.jspecify.annotations.Nullable;

/**
 * What a command was doing when it failed.
 *
 * @param modelName the model it was about, null if about none
 * @param partialText what there is of the answer; empty if nothing
 */
record CliContext(@Nullable ModelName modelName, String partialText) implements ErrorContext {
    /** In place of an address; a program that is the command by itself speaks to the same runners. */
    private static final String ENDPOINT = "docker model";

    @Override
    public Failure.Builder facts(String what) {
        return Failure.of(what)
                .adapter(CliAdapter.NAME)
                .endpoint(ENDPOINT)
                .model(modelName)
                .partialText(partialText);
    }

    @Override
    public String runner() {
        return "the runner that docker model talks to";
    }

    @Override
    public String address() {
        return "that docker model status shows";
    }

    @Override
    public String model() {
        return modelName == null ? "that is asked for" : modelName.text();
    }
}
