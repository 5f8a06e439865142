package io.modelrunner;

import static java.util.Objects.requireNonNull;

import io.modelrunner.internal.Checks;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
 * understood. A chosen engine is kept; what stands before these paths (a reverse proxy's prefix) is kept too, but may have no
 * {@code /engines} itself and not end as operations do, such as in {@code /models}.
 *
 * <p>{@code unix:///var/run/docker.sock} is a socket in the file system. The server behind it may have its paths below a
 * prefix, as Docker Desktop's has: {@code unix:///var/run/docker.sock?prefix=/exp/vDD4.40}. The prefix may be followed by
 * any of the paths above ({@code …?prefix=/exp/vDD4.40/engines/v1}).
 *
 * <p>An address that names no API path is {@linkplain #bare() bare}: which path the server behind it has is then a matter
 * of the dialect it answers in.
 */
public final class RunnerEndpoint {
    private static final Pattern PATH =
            Pattern.compile("(.*?)(/engines(?:/(?!v1(?:/|$))([A-Za-z0-9._-]+))?(?:/v1)?|/v1)?/*");

    /** What no prefix of a runner has, but addresses that go on behind its API path, or miss that by a little. */
    private static final Pattern BEHIND =
            Pattern.compile("(.*/)?engines(/.*)?|.*/(chat/completions|completions|embeddings|models|rerank)/*");

    private static final String UNIX = "unix:/";
    private static final Pattern PREFIX = Pattern.compile("prefix=(/[A-Za-z0-9._~%!$'()*+,;:=/-]*)");

    private final @Nullable Path socket;
    private final String origin;
    private final String prefix;
    private final String apiPath;
    private final @Nullable String engine;

    private RunnerEndpoint(@Nullable Path socket, String origin, Matcher path) {
        this.socket = socket;
        this.origin = origin;
        this.prefix = path.group(1);
        this.engine = path.group(3);
        this.apiPath = apiPath(path.group(2), engine);
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
        if (text.regionMatches(true, 0, UNIX, 0, UNIX.length())) {
            return socket(text);
        }
        URI uri = uri(text.contains("://") ? text : "http://" + text, text);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        check(scheme.equals("http") || scheme.equals("https"), text);
        checkHost(uri, text);
        check(uri.getRawQuery() == null && uri.getRawFragment() == null, text);
        check(uri.getPort() != 0 && uri.getPort() <= 65_535, text);
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String origin = scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
        return new RunnerEndpoint(null, origin, path(uri.getRawPath(), text));
    }

    private static void checkHost(URI uri, String typed) {
        String authority = uri.getRawAuthority();
        if (uri.getHost() == null && authority != null && authority.indexOf('_') >= 0) {
            throw refused(
                    typed, "of a host without '_', which URLs can't have in Java (its IP address or an alias can)");
        }
        check(uri.getHost() != null && uri.getRawUserInfo() == null, typed);
        if (uri.getHost().chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw refused(typed, "a host, and its port behind a ':', such as localhost:12434");
        }
    }

    private static RunnerEndpoint socket(String text) {
        URI uri = uri(text, text);
        check(uri.getRawAuthority() == null && uri.getRawFragment() == null, text);
        Path file = file(uri.getPath(), text);
        String query = uri.getRawQuery();
        Matcher prefix = PREFIX.matcher(query == null ? "prefix=/" : query);
        check(prefix.matches(), text);
        String origin = "unix://" + uri.getRawPath().replaceAll("/{2,}", "/").replaceAll("/$", "");
        return new RunnerEndpoint(file, origin, path(prefix.group(1), text));
    }

    private static Path file(String name, String typed) {
        try {
            Path file = Path.of(name);
            check(file.isAbsolute() && file.getFileName() != null, typed);
            return file;
        } catch (InvalidPathException e) {
            throw refused(typed);
        }
    }

    private static Matcher path(String raw, String typed) {
        Matcher path = PATH.matcher(raw.replaceAll("/{2,}", "/"));
        check(path.matches() && !path.group().contains(".."), typed);
        if (BEHIND.matcher(path.group(1)).matches()) {
            throw refused(
                    typed,
                    "an address that ends with /engines, /engines/v1, /engines/llama.cpp/v1, /v1 or before that");
        }
        return path;
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
        boolean unix = typed.regionMatches(true, 0, UNIX, 0, UNIX.length());
        return refused(
                typed,
                unix
                        ? "unix:// and the absolute path of a socket, with no query but prefix=/path"
                        : "an http or https URL of a host and port, without user, query or fragment");
    }

    private static InvalidRequestException refused(String typed, String bound) {
        // What stands around these characters may be a password or a token.
        boolean secret = typed.chars().anyMatch(c -> c == '@' || c == '?' || c == '#');
        return new InvalidRequestException(
                "endpoint", bound, secret ? "one with '@', '?' or '#'" : Checks.quoted(typed));
    }

    /** {@return whether the address names no API path} */
    public boolean bare() {
        return apiPath.isEmpty();
    }

    /**
     * {@return the base of the management API, without trailing slash: {@code http://localhost:12434}} For a socket in the
     * file system its host is {@code localhost}.
     */
    public String management() {
        return (socket == null ? origin : "http://localhost") + prefix;
    }

    /** {@return the base of the OpenAI-compatible API, without trailing slash; {@code …/engines/v1} if bare} */
    public String openAi() {
        return management() + (bare() ? "/engines/v1" : apiPath);
    }

    /**
     * {@return the base URL for clients of Anthropic's API, without trailing slash: {@code …/anthropic}} They add
     * {@code /v1/messages}. Docker Model Runner has it since 1.0.11, whichever engine the address chose.
     */
    public String anthropic() {
        return management() + "/anthropic";
    }

    /**
     * {@return the base URL for clients of Ollama's API, without trailing slash} They add {@code /api/chat} and the like.
     * Docker Model Runner has it since 1.0.5; behind an address with a prefix it is below that.
     */
    public String ollama() {
        return management();
    }

    /** {@return the engine that the address chose, such as {@code llama.cpp}} */
    public Optional<String> engine() {
        return Optional.ofNullable(engine);
    }

    /** {@return the socket in the file system that connections go to, absolute; empty if they go to a host} */
    public Optional<Path> unixSocket() {
        return Optional.ofNullable(socket);
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
        String path = prefix + apiPath;
        if (socket == null) {
            return origin + path;
        }
        return path.isEmpty() ? origin : origin + "?prefix=" + path;
    }
}
