package io.modelrunner.cli;

/** An error of the scripted {@code docker}: its text goes to standard error, and the exit code is 1. */
final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    Failure(String message) {
        super(message, null, false, false);
    }

    /** {@return this, said in more words} */
    Failure in(String what) {
        return new Failure(what + ": " + getMessage());
    }
}
