package io.modelrunner.discovery;

import io.modelrunner.Failure;
import io.modelrunner.RunnerUnreachableException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A runner was looked for, and none was found, or none where one was said to be.
 *
 * <p>The message is what happened and below it the whole {@linkplain Diagnosis diagnosis} as a table.
 */
public class RunnerNotFoundException extends RunnerUnreachableException {
    private static final long serialVersionUID = 1L;

    /** The diagnosis as text, which outlives it. */
    private final String table;

    private final transient @Nullable Diagnosis diagnosis;

    /**
     * Makes the exception.
     *
     * @param failure the facts; its remedies are those of the diagnosis; not null
     * @param diagnosis what was tried; not null
     */
    public RunnerNotFoundException(Failure failure, Diagnosis diagnosis) {
        this(failure, diagnosis, diagnosis.toString());
    }

    private RunnerNotFoundException(Failure failure, @Nullable Diagnosis diagnosis, String table) {
        super(failure);
        this.diagnosis = diagnosis;
        this.table = table;
    }

    /** {@return what was tried; empty if this exception was read from a stream of objects} */
    public Optional<Diagnosis> diagnosis() {
        return Optional.ofNullable(diagnosis);
    }

    /** {@return what happened, and below it the diagnosis; several lines} */
    @Override
    public String getMessage() {
        return what() + "\n" + table;
    }

    @Override
    public RunnerNotFoundException with(Failure facts) {
        return new RunnerNotFoundException(facts, diagnosis, table);
    }
}
