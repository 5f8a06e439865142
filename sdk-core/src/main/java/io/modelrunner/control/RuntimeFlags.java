package io.modelrunner.control;

import static java.util.Objects.requireNonNull;

import io.modelrunner.internal.Checks;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The rules for flags that can be told without knowing the engine: those that Docker Model Runner answers with 500.
 *
 * <p>A value can be a key ({@code --api-key}), and is never shown.
 */
final class RuntimeFlags {
    private static final String FIELD = "runtime flag";
    private static final int MOST = 1_000;
    private static final int LONGEST = 100_000;
    private static final Pattern NEGATIVE_NUMBER = Pattern.compile("-\\.?\\d.*", Pattern.DOTALL);
    private static final Pattern FLAG_AS_VALUE = Pattern.compile("[^=]*=-(?!\\d).*", Pattern.DOTALL);

    private RuntimeFlags() {}

    /** {@return a copy of the flags, if all can be sent} */
    static List<String> checked(List<String> flags) {
        List<String> copy = List.copyOf(flags);
        Checks.size(copy.size(), 0, MOST, "runtime flags");
        copy.forEach(RuntimeFlags::check);
        return copy;
    }

    private static void check(String flag) {
        Checks.length(requireNonNull(flag, FIELD), 1, LONGEST, FIELD);
        boolean path = flag.indexOf('/') >= 0 || flag.indexOf('\\') >= 0;
        Checks.that(!path, FIELD, "without '/' and '\\', as the runner takes no paths", shown(flag));
        Checks.that(
                !NEGATIVE_NUMBER.matcher(flag).matches(),
                FIELD,
                "no negative number by itself, as the runner takes that for a flag",
                shown(flag));
        Checks.that(
                !FLAG_AS_VALUE.matcher(flag).matches(),
                FIELD,
                "without a '-' behind the '=' but for a negative number",
                shown(flag));
    }

    private static String shown(String flag) {
        int equals = flag.indexOf('=');
        if (NEGATIVE_NUMBER.matcher(flag).matches() || (flag.startsWith("-") && equals < 0)) {
            return Checks.quoted(flag);
        }
        return flag.startsWith("-") ? Checks.quoted(flag.substring(0, equals)) + " with a value" : "a value";
    }
}
