package io.modelrunner.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as the command prints them: {@code 26.19MB}, {@code 973.50KiB}; decimal units are powers of 1000 there. */
final class Bytes {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?) ?([KMGTP]?)(I?)B");

    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    private Bytes() {}

    /** {@return the number; empty if the text is none} */
    static OptionalLong parse(String text) {
        Matcher size = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!size.matches()) {
            return OptionalLong.empty();
        }
        int power = size.group(2).isEmpty() ? 0 : 1 + "KMGTP".indexOf(size.group(2));
        BigDecimal unit =
                BigDecimal.valueOf(size.group(3).isEmpty() ? 1000 : 1024).pow(power);
        BigDecimal bytes = new BigDecimal(size.group(1)).multiply(unit);
        return bytes.compareTo(MOST) > 0 ? OptionalLong.empty() : OptionalLong.of(bytes.longValue());
    }
}
