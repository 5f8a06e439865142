package io.modelrunner.discovery;

import java.util.List;

/**
 * Knows of places where a runner may be.
 *
 * <p>Those of others are found by {@link java.util.ServiceLoader} and asked behind the SDK's own of the same
 * {@link Stage}. A locator is asked by one thread at a time; one that fails is skipped, and {@link Diagnosis} shows why.
 */
public interface EndpointLocator {
    /** When a locator is asked, and what its word is worth. */
    enum Stage {
        /** Somebody said where the runner is: nowhere else is looked, also if nothing answers there. */
        NAMED,
        /** Where runners usually are: all places of this stage are asked side by side. */
        USUAL,
        /** What takes time to find out, such as by starting a process: only if no other place answered. */
        LAST
    }

    /** {@return a short name for messages: the variable, file or place it knows of} */
    String name();

    /** {@return when it is asked} */
    Stage stage();

    /**
     * {@return the places, the likeliest first; empty if it knows of none}
     *
     * <p>May block, for no longer than 2 seconds, and is interrupted then.
     *
     * @param surroundings what can be seen from this process; not null
     * @throws io.modelrunner.InvalidRequestException if it was told something that is no place: a variable that holds no
     *     address
     */
    List<Candidate> locate(Surroundings surroundings);
}
