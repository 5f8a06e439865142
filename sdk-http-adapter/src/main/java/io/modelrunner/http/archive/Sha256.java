package io.modelrunner.http.archive;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which names everything in a store of models. */
final class Sha256 {
    /** What stands before the digits in ids and references. */
    static final String PREFIX = "sha256:";

    private Sha256() {}

    static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** {@return the digits of what was digested; the digest starts anew} */
    static String digits(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** {@return the digits of these bytes} */
    static String digits(byte[] bytes) {
        return HexFormat.of().formatHex(start().digest(bytes));
    }
}
