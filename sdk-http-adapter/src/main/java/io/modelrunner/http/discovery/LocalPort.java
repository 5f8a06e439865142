package io.modelrunner.http.discovery;

import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import java.util.List;

/** A port of this machine; with {@code MODEL_RUNNER_TLS=true} the one for TLS, and only that, as in the command. */
final class LocalPort implements EndpointLocator {
    private final int plain;
    private final int secure;

    LocalPort(int plain, int secure) {
        this.plain = plain;
        this.secure = secure;
    }

    @Override
    public String name() {
        return "localhost:" + plain;
    }

    @Override
    public Stage stage() {
        return Stage.USUAL;
    }

    @Override
    public List<Candidate> locate(Surroundings surroundings) {
        TlsSettings tls = TlsSettings.NONE.overriddenBy(surroundings);
        String host = "localhost:" + (tls.enabled() ? secure : plain);
        return List.of(tls.candidate(host, name(), surroundings));
    }
}
