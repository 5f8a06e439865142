package io.modelrunner.http;

import static java.util.Objects.requireNonNull;

import io.modelrunner.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicHeader;

/** Which headers a user may add to requests. */
final class Headers {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");

    /** {@code Origin} is refused by the runner; the others are set by the client, and a second one breaks the request. */
    private static final Set<String> OURS = Set.of(
            "origin",
            "host",
            "content-length",
            "content-type",
            "transfer-encoding",
            "connection",
            "expect",
            "upgrade",
            "te",
            "trailer");

    private Headers() {}

    /** {@return what we call ourselves: the SDK and its version, which the build writes into a resource} */
    static String userAgent() {
        try (InputStream version = Headers.class.getResourceAsStream("version.txt")) {
            byte[] text = version == null ? new byte[0] : version.readAllBytes();
            return "model-runner-sdk-java/" + new String(text, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Header checked(String name, String value) {
        requireNonNull(name, "name");
        requireNonNull(value, "value");
        check(
                NAME.matcher(name).matches(),
                "header name",
                "1 to 100 characters of a token",
                name.length() + " characters");
        check(!OURS.contains(name.toLowerCase(Locale.ROOT)), "header", "one that the client does not set itself", name);
        // The runner takes this token for its own command line, and then answers with text.
        check(!value.contains("docker-model-cli/"), "header " + name, "free of docker-model-cli/", "one with it");
        boolean clean = value.chars().noneMatch(c -> Character.isISOControl(c) || c > 0xFF);
        check(clean, "header " + name, "free of control characters and of those beyond Latin-1", "one with such");
        return new BasicHeader(name, value);
    }

    private static void check(boolean condition, String field, String bound, String value) {
        if (!condition) {
            throw new InvalidRequestException(field, bound, value);
        }
    }
}
