package io.modelrunner.discovery;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Whose certificates are trusted by somebody who connects with TLS.
 *
 * @param caFile a PEM file with the certificates of those who are, and nobody else; empty for those whom Java trusts
 * @param verified whether certificates are looked at; if not, anybody may pretend to be the runner
 */
public record Trust(Optional<Path> caFile, boolean verified) {
    /** Whom Java trusts is trusted. */
    public static final Trust OF_JAVA = new Trust(Optional.empty(), true);

    /** Everybody is trusted, as {@code MODEL_RUNNER_TLS_SKIP_VERIFY=true} wants it. */
    public static final Trust EVERYBODY = new Trust(Optional.empty(), false);

    /**
     * Checks that nothing is null.
     *
     * @param caFile a PEM file, or empty; not null
     * @param verified whether certificates are looked at
     */
    public Trust {
        requireNonNull(caFile, "caFile");
    }

    /**
     * {@return trust in those whose certificates a file holds}
     *
     * @param pem a PEM file; not null
     */
    public static Trust in(Path pem) {
        return new Trust(Optional.of(pem), true);
    }
}
