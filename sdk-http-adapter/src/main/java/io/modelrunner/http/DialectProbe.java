package io.modelrunner.http;

import io.modelrunner.Failure;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.Health;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Asks a server what it is.
 *
 * <p>Alive means that a known dialect answered: a Docker socket, for one, answers 404 on any path. The whole probe takes no
 * longer than its limit, however many questions it needs.
 */
final class DialectProbe {
    /** For those who want to know just that, and soon. */
    static final Duration LIMIT = Duration.ofSeconds(2);

    private static final int LONGEST = 1024 * 1024;

    /** It stands in messages, and whoever listens there may say anything. */
    private static final int LONGEST_VERSION = 100;

    private final HttpAdapter adapter;
    private final Site site;
    private final Attempts attempts;
    private final Duration limit;
    private final long end;

    /**
     * @param attempts the request that needs to know, which also cancels the questions
     * @param limit how long all answers together may take, as a message tells it
     * @param left what there is left of that
     */
    DialectProbe(HttpAdapter adapter, Site site, Attempts attempts, Duration limit, Duration left) {
        this.limit = limit;
        this.end = System.nanoTime() + left.toNanos();
        this.adapter = adapter;
        this.site = site;
        this.attempts = attempts;
    }

    /**
     * What a server is.
     *
     * @param dialect what it speaks
     * @param health how it is
     * @param certain whether it said so itself; one that asks for a key and says nothing else may be anything
     */
    record Finding(Dialect dialect, Health health, boolean certain) {}

    /**
     * {@return what answers at the endpoint}
     *
     * @throws ModelRunnerException if nothing does, or nothing that is known
     */
    Finding find() {
        Answer status = ask("/engines/status");
        if (status.isLlamaCpp()) {
            return llamaCpp();
        }
        // LM Studio, for one, says 200 to any path and means an error.
        if (status.code == 200 && status.member("") != null && status.member("error") == null) {
            return found(Dialect.MODEL_RUNNER, ask("/version").version());
        }
        Answer version = ask("/api/version");
        if (version.code == 200 && version.member("version") != null) {
            return found(Dialect.OLLAMA, version.version());
        }
        Answer models = ask(site.endpoint().bare() ? "/v1/models" : openAiPath() + "/models");
        if (models.code == 200 && models.member("data") != null) {
            return found(Dialect.OPENAI, null);
        }
        if (models.code == 401 || models.code == 403) {
            return new Finding(Dialect.OPENAI, found(Dialect.OPENAI, null).health(), false);
        }
        String what = "what answers at " + site.endpoint() + " is no model runner";
        Failure.Builder facts = models.call().facts(what).status(status.code);
        throw new RunnerUnreachableException(Refusals.startRunner(facts).build());
    }

    private Finding llamaCpp() {
        Answer health = ask("/health");
        if (health.code == 503) {
            Health loading = Health.loading(
                    Dialect.LLAMA_CPP.label(), "llama.cpp at " + site.endpoint() + " is loading its model");
            return new Finding(Dialect.LLAMA_CPP, loading, true);
        }
        return found(Dialect.LLAMA_CPP, null);
    }

    private Finding found(Dialect dialect, @Nullable String number) {
        String detail = dialect.label() + (number == null ? "" : " " + number) + " at " + site.endpoint();
        return new Finding(dialect, Health.up(dialect.label(), number, detail), true);
    }

    private String openAiPath() {
        return site.endpoint().openAi().substring(site.endpoint().management().length());
    }

    private Answer ask(String path) {
        Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
        HttpGet get = new HttpGet(site.management(path));
        Call call = new Call(adapter, site, get, new Limits(limits(limit), limits(left)), Phase.ANSWER, null, attempts);
        int code = call.send();
        String server = call.header("Server");
        String body = new String(call.readSome(LONGEST), StandardCharsets.UTF_8);
        if (code == 400 && Unreachable.isHttpToTls(body)) {
            throw Unreachable.httpToTls(call);
        }
        return new Answer(call, code, server, body);
    }

    private Timeouts limits(Duration left) {
        Duration connect = adapter.timeouts().of(Phase.CONNECT).orElse(left);
        return Timeouts.builder()
                .connect(connect.compareTo(left) < 0 ? connect : left)
                .answer(left)
                .build();
    }

    /** The answer to one question. */
    private record Answer(Call call, int code, String server, String body) {
        @Nullable
        String version() {
            String told = code == 200 ? member("version") : null;
            return told == null || told.length() <= LONGEST_VERSION ? told : told.substring(0, LONGEST_VERSION) + "…";
        }

        boolean isLlamaCpp() {
            return server.equals("llama.cpp");
        }

        /** {@return a member of the JSON object that the body is, as text; for "" any; null if there is none} */
        @Nullable
        String member(String name) {
            try (JsonParser json = Json.parser(body)) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    return null;
                }
                for (String field = json.nextName(); field != null; field = json.nextName()) {
                    json.nextToken();
                    String value = Json.textOrRaw(json);
                    if (name.isEmpty() || field.equals(name)) {
                        return value;
                    }
                }
                return null;
            } catch (JacksonException e) {
                return null;
            }
        }
    }
}
