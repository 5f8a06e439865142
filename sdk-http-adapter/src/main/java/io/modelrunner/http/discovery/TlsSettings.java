package io.modelrunner.http.discovery;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.discovery.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How the {@code docker model} command is told to use TLS: by variables, or by a context whose settings they override.
 *
 * @param enabled whether {@code http} becomes {@code https}, with the same port, and the settings below count
 * @param skipVerify whether any certificate will do; no file is read then
 * @param caFile the file of those who are trusted; empty for the one that the runner makes
 */
record TlsSettings(boolean enabled, boolean skipVerify, String caFile) {
    static final TlsSettings NONE = new TlsSettings(false, false, "");

    private static final String ENABLED = "MODEL_RUNNER_TLS";
    private static final String SKIP_VERIFY = "MODEL_RUNNER_TLS_SKIP_VERIFY";
    private static final String CA_CERT = "MODEL_RUNNER_TLS_CA_CERT";

    /** {@return these, but for what a variable says; one that is set and empty counts too, as in the command} */
    TlsSettings overriddenBy(Surroundings surroundings) {
        Map<String, String> set = surroundings.environment();
        return new TlsSettings(
                set.containsKey(ENABLED) ? surroundings.isTrue(ENABLED) : enabled,
                set.containsKey(SKIP_VERIFY) ? surroundings.isTrue(SKIP_VERIFY) : skipVerify,
                set.containsKey(CA_CERT) ? surroundings.variable(CA_CERT).orElse("") : caFile);
    }

    /**
     * {@return the place at a host}
     *
     * @param host with a scheme or without, a port, a path
     * @param source who names it
     * @throws InvalidRequestException if the host is none, or the file of those who are trusted is not there
     */
    Candidate candidate(String host, String source, Surroundings surroundings) {
        if (!enabled) {
            return Candidate.of(Address.parse(host, source), source);
        }
        String secure = host.contains("://") ? host.replaceFirst("(?i)^http://", "https://") : "https://" + host;
        RunnerEndpoint endpoint = Address.parse(secure, source);
        if (endpoint.unixSocket().isPresent()) {
            throw new InvalidRequestException(source, "a host, as TLS is asked for", "a socket in the file system");
        }
        return new Candidate(endpoint, source, trust(surroundings), Optional.empty());
    }

    private Trust trust(Surroundings surroundings) {
        if (skipVerify) {
            return Trust.EVERYBODY;
        }
        Path file = caFile.isEmpty()
                ? surroundings.home().resolve(Path.of(".docker", "model-runner", "certs", "ca.crt"))
                : Path.of(caFile);
        if (!Files.isReadable(file)) {
            throw new InvalidRequestException(
                    CA_CERT,
                    "a PEM file that can be read, as TLS is asked for",
                    caFile.isEmpty() ? "unset, and .docker/model-runner/certs/ca.crt is not at home" : "another");
        }
        return Trust.in(file);
    }
}
