package io.modelrunner.adapter;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.Remedy;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a runner is there, what it speaks, and what to do if it is not. Immutable. */
public final class Health {
    /** How a runner is. */
    public enum Status {
        /** It answers. */
        UP,
        /** It answers that it is loading its model. */
        LOADING,
        /** Nothing that is known as a runner answers. */
        DOWN
    }

    private final Status status;
    private final String detail;
    private final @Nullable String speaks;
    private final @Nullable String version;
    private final List<Remedy> remedies;

    private Health(
            Status status, String detail, @Nullable String speaks, @Nullable String version, List<Remedy> remedies) {
        this.status = status;
        this.detail = requireNonNull(detail, "detail");
        this.speaks = speaks;
        this.version = version;
        this.remedies = List.copyOf(remedies);
    }

    /**
     * {@return the health of a runner that answers}
     *
     * @param speaks what it is, such as {@code Docker Model Runner}; not null
     * @param version its version; null if unknown
     * @param detail one sentence for people; not null
     */
    public static Health up(String speaks, @Nullable String version, String detail) {
        return new Health(Status.UP, detail, requireNonNull(speaks, "speaks"), version, List.of());
    }

    /**
     * {@return the health of a runner that is loading its model}
     *
     * @param speaks what it is; not null
     * @param detail one sentence for people; not null
     */
    public static Health loading(String speaks, String detail) {
        return new Health(Status.LOADING, detail, requireNonNull(speaks, "speaks"), null, List.of());
    }

    /**
     * {@return the health of a runner that can't be reached}
     *
     * @param cause why; its sentence and remedies are taken over
     */
    public static Health down(ModelRunnerException cause) {
        return new Health(Status.DOWN, cause.what(), null, null, cause.remedies());
    }

    /** {@return how the runner is} */
    public Status status() {
        return status;
    }

    /** {@return whether the runner answers and is not loading} */
    public boolean isUp() {
        return status == Status.UP;
    }

    /** {@return what the runner is, such as {@code Docker Model Runner}; empty if it is down} */
    public Optional<String> speaks() {
        return Optional.ofNullable(speaks);
    }

    /** {@return the runner's version, where it tells it} */
    public Optional<String> version() {
        return Optional.ofNullable(version);
    }

    /** {@return one sentence for people} */
    public String detail() {
        return detail;
    }

    /** {@return what to do, most likely first; immutable, empty if the runner is up} */
    public List<Remedy> remedies() {
        return remedies;
    }

    @Override
    public String toString() {
        return status + ": " + detail;
    }
}
