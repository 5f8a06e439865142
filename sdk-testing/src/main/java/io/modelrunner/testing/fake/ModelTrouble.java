package io.modelrunner.testing.fake;

/** A model that is not in the store, or is half there. */
final class ModelTrouble extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String cause;
    private final boolean missing;

    private ModelTrouble(String message, String cause, boolean missing) {
        super(message, null, false, false);
        this.cause = cause;
        this.missing = missing;
    }

    static ModelTrouble missing(String name) {
        return new ModelTrouble("get model '\"" + name + "\"': model not found", "model not found", true);
    }

    /** {@return the trouble of an entry whose configuration is gone} */
    static ModelTrouble halfThere(String name, String digest) {
        String file = "/models/blobs/sha256/" + digest.substring(digest.indexOf(':') + 1);
        String cause = "read config file: open " + file + ": no such file or directory";
        return new ModelTrouble("get model '\"" + name + "\"': " + cause, cause, false);
    }

    /** {@return the reason alone} */
    String reason() {
        return cause;
    }

    boolean isMissing() {
        return missing;
    }

    int status() {
        return missing ? 404 : 500;
    }

    /** {@return the whole message} */
    String text() {
        return String.valueOf(getMessage());
    }
}
