package io.modelrunner.http;

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
                loaded.add(offered.next());
            } catch (ServiceConfigurationError e) {
                loaded.add(new Broken(String.valueOf(e.getMessage())));
            }
        }
        return loaded;
    }

    /** What is there in place of a locator. */
    private record Broken(String why) implements EndpointLocator {
        @Override
        public String name() {
            return "a locator";
        }

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
