package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerEndpoint;
import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.Diagnosis;
import io.modelrunner.discovery.EndpointLocator;
import io.modelrunner.discovery.Surroundings;
import io.modelrunner.http.discovery.KnownPlaces;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds a runner wherever this program happens to run.
 *
 * <p>In this order: the endpoint that the program itself names; {@code MODEL_RUNNER_BASE_URL}; {@code MODEL_RUNNER_HOST} with its
 * variables for TLS; the variables of Compose; the context of the {@code docker model} command. The first of these to name
 * a place has the last word: if no runner answers there, none is taken elsewhere. If nobody names one, the usual places are asked
 * side by side, and the first of them where something answers as a runner is taken: in a container
 * {@code model-runner.docker.internal}; {@code localhost:12434}; the socket of Docker Desktop; in a container its gateway and
 * {@code host.docker.internal}; {@code localhost:12435}. After that come locators that take time. Those of others come by
 * {@link java.util.ServiceLoader}.
 *
 * <p>A search takes 2.5 seconds at most, when nothing answers; else as long as the answer. In a process that has just begun, the
 * time comes on top that Java needs to load the classes. Immutable.
 */
public final class RunnerFinder {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,99}");

    private final @Nullable RunnerEndpoint endpoint;
    private final @Nullable String composeName;
    private final @Nullable List<EndpointLocator> locators;
    private final List<Candidate> lookalikes;
    private final @Nullable Surroundings surroundings;
    private final Search.Patience patience;

    private RunnerFinder(Builder settings) {
        this.endpoint = settings.endpoint;
        this.composeName = settings.composeName;
        this.locators = settings.locators;
        this.lookalikes = settings.lookalikes;
        this.surroundings = settings.surroundings;
        this.patience = settings.patience;
    }

    /** {@return the finder for this process} */
    public static RunnerFinder create() {
        return builder().build();
    }

    /** {@return a builder} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Looks everywhere and tells what it found: also at places that are never taken unless named, where other servers of models
     * usually listen, and how many models the runners have.
     *
     * @return what was tried, what was chosen and why, and what helps
     * @throws CancelledException if the thread is interrupted
     */
    public Diagnosis diagnose() {
        return diagnose(HttpAdapter.builder(this).wires());
    }

    Diagnosis diagnose(Wires wires) {
        return diagnose(wires, patience);
    }

    /** {@return what can be seen in short: a request that failed already must not wait long for the advice that goes with it} */
    Diagnosis advice(Wires wires) {
        return diagnose(wires, patience.forAdvice());
    }

    private Diagnosis diagnose(Wires wires, Search.Patience patient) {
        try (Search search = search(new HttpProber(wires, true), patient)) {
            return search.diagnose();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException(Failure.of("the search for a runner was interrupted")
                    .cause(e)
                    .build());
        }
    }

    /** {@return a search that is about to begin} */
    Search search(Prober prober) {
        return search(prober, patience);
    }

    private Search search(Prober prober, Search.Patience patient) {
        return new Search(new Search.Plan(allLocators(), lookalikes), seen(), prober, patient);
    }

    /**
     * {@return whether the program, {@code MODEL_RUNNER_BASE_URL} or Compose says where the runner is: what the command
     * {@code docker model} knows nothing of} Looks at nothing but variables.
     */
    public boolean namesPlace() {
        return endpoint != null || composeName != null || KnownPlaces.isNamed(seen());
    }

    private Surroundings seen() {
        return surroundings == null ? Surroundings.ofThisProcess() : surroundings;
    }

    /** {@return where the program says that the runner is; null if it is to be found} */
    @Nullable
    RunnerEndpoint endpoint() {
        return endpoint;
    }

    private List<EndpointLocator> allLocators() {
        List<EndpointLocator> all = new ArrayList<>();
        if (endpoint != null) {
            all.add(new Given(endpoint));
        }
        if (locators != null) {
            locators.forEach(locator -> all.add(ForeignLocators.introduced(locator)));
        } else {
            all.addAll(KnownPlaces.locators(composeName));
            all.addAll(ForeignLocators.load());
        }
        return all;
    }

    /** Collects where and how to look. Not safe for use by several threads. */
    public static final class Builder {
        private @Nullable RunnerEndpoint endpoint;
        private @Nullable String composeName;
        private @Nullable List<EndpointLocator> locators;
        private List<Candidate> lookalikes = KnownPlaces.lookalikes();
        private @Nullable Surroundings surroundings;
        private Search.Patience patience = Search.Patience.USUAL;

        private Builder() {}

        /**
         * Names the place. It is taken without a search; what else there is, is looked at by {@link #diagnose()} only.
         *
         * @param where the endpoint; not null
         * @return this
         */
        public Builder endpoint(RunnerEndpoint where) {
            this.endpoint = requireNonNull(where, "where");
            return this;
        }

        /**
         * Takes what Compose says of one model: for {@code llm} the variables {@code LLM_URL} and, if it is set,
         * {@code LLM_MODEL}. The first must be set. Without this the only such pair is taken, and none if there are several
         * of different places.
         *
         * @param name what the model is called in the Compose file, or the service that provides it: a letter, then up to 99
         *     letters, digits, {@code _}, {@code .} or {@code -}; not null
         * @return this
         * @throws InvalidRequestException if it can't be such a name
         */
        public Builder compose(String name) {
            if (!NAME.matcher(requireNonNull(name, "name")).matches()) {
                throw new InvalidRequestException(
                        "compose",
                        "a letter, then up to 99 letters, digits, '_', '.' or '-'",
                        name.length() + " characters");
            }
            this.composeName = name;
            return this;
        }

        /**
         * Looks around as from another process, which is good for tests.
         *
         * @param seen its environment and files; not null
         * @return this
         */
        public Builder surroundings(Surroundings seen) {
            this.surroundings = requireNonNull(seen, "seen");
            return this;
        }

        /**
         * Asks these locators, and no others: neither the SDK's own nor those of {@link java.util.ServiceLoader}.
         *
         * @param only in the order in which their word counts within a stage; not null
         * @return this
         */
        public Builder locators(EndpointLocator... only) {
            this.locators = List.of(only);
            this.lookalikes = List.of();
            return this;
        }

        /** Looks for servers that are not taken at these places; a seam for tests. */
        Builder lookalikes(Candidate... only) {
            this.lookalikes = List.of(only);
            return this;
        }

        /** Waits longer, or shorter; a seam for tests. */
        Builder patience(Search.Patience some) {
            this.patience = some;
            return this;
        }

        /** {@return the finder} */
        public RunnerFinder build() {
            return new RunnerFinder(this);
        }
    }

    /** The word of the program. */
    private record Given(RunnerEndpoint endpoint) implements EndpointLocator {
        @Override
        public String name() {
            return "the program";
        }

        @Override
        public Stage stage() {
            return Stage.NAMED;
        }

        @Override
        public List<Candidate> locate(Surroundings around) {
            return List.of(Candidate.of(endpoint, name()));
        }
    }
}
