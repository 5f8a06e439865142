package io.modelrunner.discovery;

import java.util.List;

/**
 * Knows of places where a runner may be.
 *
 * <p>Those of others are found by {@link java.util.ServiceLoader} and asked behind the SDK's own of the same
 * {@link Stage}. Name and stage are asked for once for each search, and for places on a thread of the SDK's; several may ask at
 * once. One that throws is skipped, and {@link Diagnosis} shows the message of what it threw, which must therefore hold no secret;
 * but see {@link #locate}.
 */
public interface EndpointLocator {
    /** When a locator is asked, and what its word is worth. */
    enum Stage {
        /** Somebody said where the runner is: nowhere else is looked, also if nothing answers there. */
        NAMED,
        /** Where runners usually are: the locators of this stage are asked side by side. */
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
     * <p>They are tried one after the other until one answers; of those of {@link Stage#NAMED} only the first counts. May block
     * for a second or two, and is interrupted when the search can't wait any longer, which ends after 2.5 seconds in all.
     *
     * @param surroundings what can be seen from this process; not null
     * @throws io.modelrunner.InvalidRequestException if it was told something that is no place, such as a variable that holds
     *     no address; at {@link Stage#NAMED} this ends the search, as nobody but the user knows what was meant
     */
    List<Candidate> locate(Surroundings surroundings);
}
