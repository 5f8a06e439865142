package io.modelrunner.testing.fake;

/** A request that is not fulfilled: what is answered in place of that. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Reply reply;

    Refusal(Reply reply) {
        super("", null, false, false);
        this.reply = reply;
    }

    /** The runner's own form: a line of text. */
    Refusal(int status, String message) {
        this(Reply.error(status, message));
    }

    Reply reply() {
        return reply;
    }
}
