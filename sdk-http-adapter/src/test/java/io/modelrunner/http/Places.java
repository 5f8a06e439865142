package io.modelrunner.http;

import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.http.discovery.KnownPlaces;
import java.nio.file.Path;
import java.util.Map;

/** Surroundings of tests, in which this machine's own runner is not seen. */
final class Places {
    private Places() {}

    static Surroundings nowhere() {
        return with(Map.of());
    }

    static Surroundings with(Map<String, String> environment) {
        Path nowhere = Path.of("target", "nowhere").toAbsolutePath();
        return new Surroundings(environment, nowhere, nowhere);
    }

    /** {@return one of the SDK's own locators} */
    static EndpointLocator own(String name) {
        return KnownPlaces.locators(null).stream()
                .filter(locator -> locator.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
