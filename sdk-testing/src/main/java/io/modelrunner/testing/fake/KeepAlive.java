package io.modelrunner.testing.fake;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 1h30m}, {@code 90s}, {@code -1}. */
final class KeepAlive {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(h|m(?!s)|s|ms)");
    private static final Pattern WHOLE = Pattern.compile("[+-]?(?:\\d+(?:\\.\\d+)?(?:h|ms|m|s))+|0|-\\d+");

    private KeepAlive() {}

    /** {@return the text in the form in which it is shown; empty if it is none} */
    static Optional<String> normal(String text) {
        if (!WHOLE.matcher(text).matches()) {
            return Optional.empty();
        }
        Duration duration = duration(text);
        return Optional.of(duration.isNegative() ? "-1" : text(duration));
    }

    static Duration duration(String text) {
        if (text.startsWith("-")) {
            return Duration.ofMillis(-1); // any negative one means for ever
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            double amount = Double.parseDouble(part.group(1));
            double millis = switch (part.group(2)) {
                case "h" -> amount * 3_600_000;
                case "m" -> amount * 60_000;
                case "s" -> amount * 1_000;
                default -> amount;
            };
            sum = sum.plusMillis(Math.round(millis));
        }
        return sum;
    }

    private static String text(Duration duration) {
        String hours = duration.toHours() > 0 ? duration.toHours() + "h" : "";
        String minutes = duration.toMinutes() > 0 ? duration.toMinutesPart() + "m" : "";
        String millis = duration.toMillisPart() > 0 ? "." + (duration.toMillisPart() + 1000 + "").substring(1) : "";
        return hours + minutes + duration.toSecondsPart() + millis + "s";
    }
}
