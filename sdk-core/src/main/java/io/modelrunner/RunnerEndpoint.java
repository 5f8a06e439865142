package io.modelrunner;

import static java.util.Objects.requireNonNull;

import io.modelrunner.internal.Checks;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a runner is, from any form of its address that is in use.
 *
 * <p>{@code http://localhost:12434}, {@code …/engines}, {@code …/engines/v1}, {@code …/engines/llama.cpp},
 * {@code …/engines/llama.cpp/v1}, {@code …/v1}, each with or without a trailing slash, and a bare {@code host:port} are
 * understood. A chosen engine is kept; what stands before these paths (a reverse proxy's prefix) is kept too.
 *
 * <p>An address that names no API path is {@linkplain #bare() bare}: which path the server behind it has is then a matter
 * of the dialect it answers in.
 */
public final class RunnerEndpoint {
    private static final Pattern PATH =
            Pattern.compile("(.*?)(/engines(?:/(?!v1(?:/|$))([A-Za-z0-9._-]+))?(?:/v1)?|/v1)?/*");

    private final String root;
    private final String apiPath;
    private final @Nullable String engine;

    private RunnerEndpoint(String root, String apiPath, @Nullable String engine) {
        this.root = root;
        this.apiPath = apiPath;
        this.engine = engine;
    }

    /**
     * Reads an address.
     *
     * @param address a URL in one of the forms above, or {@code host:port}; not null
     * @return the endpoint
     * @throws InvalidRequestException if the address is none of these
     */
    public static RunnerEndpoint parse(String address) {
        String text = requireNonNull(address, "address").strip();
        URI uri = uri(text.contains("://") ? text : "http://" + text, text);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        check(scheme.equals("http") || scheme.equals("https"), text);
        check(uri.getHost() != null && uri.getRawUserInfo() == null, text);
        check(uri.getRawQuery() == null && uri.getRawFragment() == null, text);
        check(uri.getPort() != 0 && uri.getPort() <= 65_535, text);
        Matcher path = PATH.matcher(uri.getRawPath().replaceAll("/{2,}", "/"));
        check(path.matches() && !path.group().contains(".."), text);
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String root = scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port + path.group(1);
        return new RunnerEndpoint(root, apiPath(path.group(2), path.group(3)), path.group(3));
    }

    private static String apiPath(@Nullable String typed, @Nullable String engine) {
        if (typed == null) {
            return "";
        }
        if (typed.equals("/v1")) {
            return typed;
        }
        return engine == null ? "/engines/v1" : "/engines/" + engine + "/v1";
    }

    private static URI uri(String text, String typed) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw refused(typed);
        }
    }

    private static void check(boolean condition, String typed) {
        if (!condition) {
            throw refused(typed);
        }
    }

    private static InvalidRequestException refused(String typed) {
        // What stands around these characters may be a password or a token.
        boolean secret = typed.chars().anyMatch(c -> c == '@' || c == '?' || c == '#');
        return new InvalidRequestException(
                "endpoint",
                "an http or https URL of a host and port, without user, query or fragment",
                secret ? "one with '@', '?' or '#'" : Checks.quoted(typed));
    }

    /** {@return whether the address names no API path} */
    public boolean bare() {
        return apiPath.isEmpty();
    }

    /** {@return the base of the management API, without trailing slash: {@code http://localhost:12434}} */
    public String management() {
        return root;
    }

    /** {@return the base of the OpenAI-compatible API, without trailing slash; {@code …/engines/v1} if bare} */
    public String openAi() {
        return root + (bare() ? "/engines/v1" : apiPath);
    }

    /** {@return the engine that the address chose, such as {@code llama.cpp}} */
    public Optional<String> engine() {
        return Optional.ofNullable(engine);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RunnerEndpoint that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** {@return the address, normalised; {@link #parse} of it gives an equal endpoint} */
    @Override
    public String toString() {
        return root + apiPath;
    }
}
