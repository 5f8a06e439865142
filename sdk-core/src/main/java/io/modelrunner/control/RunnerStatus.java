package io.modelrunner.control;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a runner is, and how its engines are. Immutable. */
public final class RunnerStatus {
    private final String speaks;
    private final @Nullable String version;
    private final List<EngineStatus> engines;

    private RunnerStatus(String speaks, @Nullable String version, List<EngineStatus> engines) {
        this.speaks = requireNonNull(speaks, "speaks");
        this.version = version;
        this.engines = List.copyOf(engines);
    }

    /**
     * {@return a status}
     *
     * @param speaks what it speaks, such as {@code Docker Model Runner}; not null
     * @param version its version; null if it doesn't tell
     * @param engines its engines; copied
     */
    public static RunnerStatus of(String speaks, @Nullable String version, List<EngineStatus> engines) {
        return new RunnerStatus(speaks, version, engines);
    }

    /** {@return what it speaks, such as {@code Docker Model Runner}} */
    public String speaks() {
        return speaks;
    }

    /** {@return its version, if it tells} */
    public Optional<String> version() {
        return Optional.ofNullable(version);
    }

    /** {@return its engines; immutable} */
    public List<EngineStatus> engines() {
        return engines;
    }

    /**
     * {@return how an engine is, if the runner knows it}
     *
     * @param name such as {@code llama.cpp}; not null
     */
    public Optional<EngineStatus> engine(String name) {
        requireNonNull(name, "name");
        return engines.stream().filter(engine -> engine.name().equals(name)).findFirst();
    }

    /** {@return a line for the runner, and one for each engine} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(speaks);
        version().ifPresent(number -> text.append(' ').append(number));
        engines.forEach(engine -> text.append("\n  ").append(engine));
        return text.toString();
    }
}
