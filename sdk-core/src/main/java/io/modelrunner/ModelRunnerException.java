package io.modelrunner;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The root of everything this SDK throws when a runner, a model or a request is at fault.
 *
 * <p>Its categories are told apart by what the caller can do next:
 *
 * <ul>
 *   <li>{@link RunnerUnreachableException}: start or find the runner;
 *   <li>{@link ModelUnavailableException}: bring or repair the model;
 *   <li>{@link RequestRefusedException}: change the request;
 *   <li>{@link BrokenAnswerException}: ask again;
 *   <li>{@link TimedOutException}: wait longer, or find out why it is slow;
 *   <li>{@link CancelledException}: nothing, somebody ended it on purpose.
 * </ul>
 *
 * <p>The message says what happened and then the first remedy; it never contains a prompt, a key or the environment.
 * Adapters of others may add subclasses to any category.
 */
public abstract class ModelRunnerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Failure failure;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    protected ModelRunnerException(Failure failure) {
        super(failure.message(), failure.cause());
        this.failure = failure;
    }

    /**
     * {@return whether another adapter may do better} A fallback asks this before it moves on; a request that is wrong
     * in itself is wrong everywhere.
     */
    public abstract boolean elsewhere();

    /**
     * {@return this failure with other facts: for those who stand before the adapter that failed, and know more} Of the same
     * class where that class says how, and else of its category.
     *
     * @param facts take the place of {@link #failure()}; not null
     */
    public abstract ModelRunnerException with(Failure facts);

    /** {@return the facts} */
    public Failure failure() {
        return failure;
    }

    /**
     * {@return what each step of a {@linkplain io.modelrunner.fallback.Fallback chain} failed with, one for each step that was
     * reached, in order; immutable, empty if there was no chain}
     */
    public List<ModelRunnerException> causes() {
        return failure.causes();
    }

    /** {@return what the user can do, most likely first; immutable, may be empty} */
    public List<Remedy> remedies() {
        return failure.remedies();
    }

    /** {@return what happened, one sentence, without remedies} */
    public String what() {
        return failure.what();
    }

    /** {@return the name of the adapter that failed} */
    public Optional<String> adapter() {
        return failure.adapter();
    }

    /** {@return the address that was asked} */
    public Optional<String> endpoint() {
        return failure.endpoint();
    }

    /** {@return the model that was asked for, as typed} */
    public Optional<ModelName> model() {
        return failure.model();
    }

    /** {@return the HTTP status, if there was one} */
    public OptionalInt status() {
        return failure.status();
    }

    /** {@return what arrived of the answer before the failure; empty if nothing did} */
    public String partialText() {
        return failure.partialText();
    }

    /** {@return the tries that led to this, the last of them the one that failed; empty if the adapter keeps none} */
    public AttemptTimeline timeline() {
        return failure.timeline();
    }
}
