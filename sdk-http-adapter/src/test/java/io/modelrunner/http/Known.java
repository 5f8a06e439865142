package io.modelrunner.http;

import io.modelrunner.RunnerEndpoint;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** Locators of tests: places that are known beforehand. */
record Known(String name, Stage stage, Supplier<List<Candidate>> places) implements EndpointLocator {
    static EndpointLocator named(String name, String address) {
        return at(name, Stage.NAMED, address);
    }

    static EndpointLocator usual(String name, String address) {
        return at(name, Stage.USUAL, address);
    }

    static EndpointLocator last(String name, String address) {
        return at(name, Stage.LAST, address);
    }

    /** {@return one that knows nothing} */
    static EndpointLocator nothing(String name, Stage stage) {
        return new Known(name, stage, List::of);
    }

    /** {@return one that is stuck, and can't be interrupted, like a thread in the system's resolver, until a test ends} */
    static EndpointLocator stuck(String name, Stage stage, CountDownLatch end) {
        return new Known(name, stage, () -> {
            stuck(end);
            return List.of();
        });
    }

    static void stuck(CountDownLatch end) {
        while (true) {
            try {
                end.await();
                return;
            } catch (InterruptedException e) {
                // the system does not listen
            }
        }
    }

    static Candidate place(String name, String address) {
        return Candidate.of(RunnerEndpoint.parse(address), name);
    }

    private static EndpointLocator at(String name, Stage stage, String address) {
        return new Known(name, stage, () -> List.of(place(name, address)));
    }

    @Override
    public List<Candidate> locate(Surroundings surroundings) {
        return places.get();
    }
}
