package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The locators that others bring along. */
final class ForeignLocators {
    /** More than anybody has; a broken one may be offered again and again. */
    private static final int MOST = 100;

    private ForeignLocators() {}

    /** {@return all that can be loaded, and in place of one that can't be, one that says so} */
    static List<EndpointLocator> load() {
        List<EndpointLocator> loaded = new ArrayList<>();
        Iterator<EndpointLocator> offered =
                ServiceLoader.load(EndpointLocator.class).iterator();
        while (loaded.size() < MOST) {
            try {
                if (!offered.hasNext()) {
                    break;
                }
                loaded.add(introduced(offered.next()));
            } catch (ServiceConfigurationError e) {
                loaded.add(new Broken("a locator", String.valueOf(e.getMessage())));
            }
        }
        return loaded;
    }

    /**
     * {@return the locator, which said its name and stage once and for all; in place of one that failed at that, one that says
     * so} The search asks for both on its own way, where nothing of others' may fail.
     */
    static EndpointLocator introduced(EndpointLocator locator) {
        try {
            return new Introduced(
                    requireNonNull(locator.name(), "name"), requireNonNull(locator.stage(), "stage"), locator);
        } catch (RuntimeException | LinkageError e) {
            return new Broken(locator.getClass().getName(), e.toString());
        }
    }

    /** A locator whose name and stage are known. */
    private record Introduced(String name, Stage stage, EndpointLocator locator) implements EndpointLocator {
        @Override
        public List<Candidate> locate(Surroundings surroundings) {
            return locator.locate(surroundings);
        }
    }

    /** What is there in place of a locator. */
    private record Broken(String name, String why) implements EndpointLocator {
        @Override
        public Stage stage() {
            return Stage.USUAL;
        }

        @Override
        public List<Candidate> locate(Surroundings surroundings) {
            throw new IllegalStateException(why);
        }
    }
}
