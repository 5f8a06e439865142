package io.modelrunner.control;

import static java.util.Objects.requireNonNull;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.internal.Checks;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long an idle model stays loaded: a time, not at all, or for ever.
 *
 * <p>Its text is that of Go's durations, which the runner takes and gives: {@code 5m0s}, {@code 1h30m}, {@code 0} for
 * unloading at once, {@code -1} for never. Immutable.
 */
public final class KeepAlive {
    private static final String BOUND = "a Go duration such as 30s or 1h30m, 0 for at once, or -1 for never";
    private static final Pattern TEXT = Pattern.compile("([+-]?)((?:(?:\\d+\\.?\\d*|\\.\\d+)(?:ns|[uµμ]s|ms|[smh]))+)");
    private static final Pattern PART = Pattern.compile("([\\d.]+)(ns|[uµμ]s|ms|[smh])");
    private static final int LONGEST_TEXT = 64;

    /** What Go can hold: 64 bits of nanoseconds. */
    private static final Duration LONGEST = Duration.ofHours(2_562_047);

    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private static final KeepAlive FOREVER = new KeepAlive(null);

    private final @Nullable Duration time;

    private KeepAlive(@Nullable Duration time) {
        this.time = time;
    }

    /**
     * {@return a time}
     *
     * @param time at least 0, which unloads the model as soon as it is idle, and at most 2,562,047 hours; not null
     * @throws InvalidRequestException if the time is out of these bounds
     */
    public static KeepAlive of(Duration time) {
        requireNonNull(time, "time");
        boolean inside = !time.isNegative() && time.compareTo(LONGEST) <= 0;
        Checks.that(inside, "keep-alive time", "between PT0S and PT2562047H", time);
        return new KeepAlive(time);
    }

    /** {@return for ever: the model is not unloaded for being idle} A runner without a free place unloads it all the same. */
    public static KeepAlive forever() {
        return FOREVER;
    }

    /**
     * Reads Go's form of a duration.
     *
     * @param text such as {@code 5m}, {@code 1h30m}, {@code 0} or {@code -1}; any negative time means for ever; not null
     * @return the time
     * @throws InvalidRequestException if the text is no such duration, or one longer than 2,562,047 hours
     */
    public static KeepAlive parse(String text) {
        requireNonNull(text, "text");
        if (text.equals("0")) {
            return new KeepAlive(Duration.ZERO);
        }
        if (text.equals("-1")) {
            return FOREVER;
        }
        Matcher whole = TEXT.matcher(text);
        Checks.that(text.length() <= LONGEST_TEXT && whole.matches(), "keep-alive", BOUND, Checks.quoted(text));
        BigDecimal nanos = BigDecimal.ZERO;
        for (Matcher part = PART.matcher(whole.group(2)); part.find(); ) {
            BigDecimal unit = BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L));
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit));
        }
        boolean inside = nanos.compareTo(BigDecimal.valueOf(LONGEST.toNanos())) <= 0;
        Checks.that(inside, "keep-alive", BOUND, Checks.quoted(text));
        boolean negative = whole.group(1).equals("-") && nanos.signum() > 0;
        return negative ? FOREVER : new KeepAlive(Duration.ofNanos(nanos.longValue()));
    }

    /** {@return the time; empty if it is for ever} */
    public Optional<Duration> time() {
        return Optional.ofNullable(time);
    }

    /** {@return whether the model is never unloaded for being idle} */
    public boolean isForever() {
        return time == null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeepAlive that && time().equals(that.time());
    }

    @Override
    public int hashCode() {
        return time().hashCode();
    }

    /** {@return Go's form, such as {@code 5m0s}; {@link #parse} of it gives an equal value} */
    @Override
    public String toString() {
        if (time == null) {
            return "-1";
        }
        if (time.isZero()) {
            return "0";
        }
        if (time.toSeconds() == 0) {
            return decimal(time.toNanos(), 6) + "ms";
        }
        long hours = time.toHours();
        String seconds = decimal(time.toSecondsPart() * 1_000_000_000L + time.toNanosPart(), 9) + "s";
        String minutes = hours > 0 || time.toMinutesPart() > 0 ? time.toMinutesPart() + "m" : "";
        return (hours > 0 ? hours + "h" : "") + minutes + seconds;
    }

    private static String decimal(long nanos, int places) {
        BigDecimal value = BigDecimal.valueOf(nanos, places).stripTrailingZeros();
        return value.toPlainString();
    }
}
