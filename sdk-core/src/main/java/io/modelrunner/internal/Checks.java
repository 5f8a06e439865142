package io.modelrunner.internal;

import static java.util.Objects.requireNonNull;

import io.modelrunner.InvalidRequestException;
import java.util.regex.Pattern;

/** Bounds of input; each refusal names the field, the bound and the value. */
public final class Checks {
    /** The longest text that any request may hold: the runner refuses bodies over 10 MiB. */
    public static final int LONGEST_TEXT = 10 * 1024 * 1024;

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private Checks() {}

    /** Refuses the value unless the condition holds. */
    public static void that(boolean condition, String field, String bound, Object value) {
        if (!condition) {
            throw new InvalidRequestException(field, bound, String.valueOf(value));
        }
    }

    /** {@return the number, if it lies within both bounds} */
    public static double between(double value, double least, double most, String field) {
        that(value >= least && value <= most, field, "between " + plain(least) + " and " + plain(most), value);
        return value;
    }

    /** {@return the number, if it lies within both bounds} */
    public static long between(long value, long least, long most, String field) {
        that(value >= least && value <= most, field, "between " + least + " and " + most, value);
        return value;
    }

    /** {@return the text, if its length lies within both bounds} */
    public static String length(String text, int least, int most, String field) {
        int length = requireNonNull(text, field).length();
        that(length >= least && length <= most, field, least + " to " + most + " characters", characters(length));
        return text;
    }

    /** Refuses a collection whose size is out of bounds. */
    public static void size(int size, int least, int most, String field) {
        that(size >= least && size <= most, field, "between " + least + " and " + most + " in number", size);
    }

    /** {@return the name, if it is one that tools and schemas may have} */
    public static String name(String name, String field) {
        requireNonNull(name, field);
        that(NAME.matcher(name).matches(), field, "1 to 64 letters, digits, '_' or '-'", quoted(name));
        return name;
    }

    /** Refuses a header that HTTP can't carry; its value may be a secret, and is not shown. */
    public static void header(String name, String value) {
        requireNonNull(name, "header name");
        requireNonNull(value, "header value");
        that(HEADER.matcher(name).matches(), "header name", "1 to 100 characters of a token", quoted(name));
        boolean clean = value.length() <= 8_192 && value.chars().noneMatch(c -> Character.isISOControl(c) || c > 0xFF);
        that(clean, "header " + name, "at most 8192 characters of Latin-1, no control characters", "another value");
    }

    /** {@return a short value between quotes, of a long one its length} */
    public static String quoted(String value) {
        return value.length() <= 80 && value.chars().noneMatch(Character::isISOControl)
                ? "\"" + value + "\""
                : characters(value.length()) + (value.length() <= 80 ? " with control characters" : "");
    }

    private static String characters(int length) {
        return length == 1 ? "1 character" : length + " characters";
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
    }
}
