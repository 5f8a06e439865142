package io.modelrunner.http;

import io.modelrunner.ModelName;
import io.modelrunner.Timeouts.Phase;
import java.net.URI;
import java.util.function.Function;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Questions and orders to servers of one dialect, beside inference.
 *
 * @param only the one place that is asked, also if the runner is found elsewhere meanwhile; null for wherever it is
 */
record ControlCalls(
        HttpAdapter adapter, Dialect dialect, @Nullable Site only) {
    /** Asks wherever the runner is. */
    ControlCalls(HttpAdapter adapter, Dialect dialect) {
        this(adapter, dialect, null);
    }

    /** The answer to one of them. */
    record Answer(
            Call call,
            @SuppressWarnings("ArrayRecordComponent") byte[] body) {
        /**
         * {@return what a reader makes of the body}
         *
         * @param reader may give null for what it can't read
         * @param expected what it should be, for the message
         */
        <T> T as(Function<byte[], @Nullable T> reader, String expected) {
            try {
                T read = reader.apply(body);
                if (read != null) {
                    return read;
                }
            } catch (JacksonException e) {
                throw HttpAdapter.notTheForm(call, expected, e);
            }
            throw HttpAdapter.notTheForm(call, expected, null);
        }
    }

    /** {@return the answer to a question} */
    Answer get(String path, @Nullable ModelName model) {
        return ask(uri -> get(uri), path, Phase.ANSWER, model);
    }

    private static HttpGet get(URI uri) {
        HttpGet get = new HttpGet(uri);
        get.setHeader("Accept", "application/json");
        return get;
    }

    /** {@return the answer to an order} */
    Answer post(String path, byte[] json, Phase phase, @Nullable ModelName model) {
        new Attempts(adapter, adapter.timeouts()).checkSize(json.length);
        return ask(uri -> post(uri, json), path, phase, model);
    }

    private static HttpPost post(URI uri, byte[] json) {
        HttpPost post = new HttpPost(uri);
        post.setEntity(new ByteArrayEntity(json, ContentType.APPLICATION_JSON));
        return post;
    }

    private Answer ask(Function<URI, HttpUriRequestBase> request, String path, Phase phase, @Nullable ModelName model) {
        Attempts attempts = new Attempts(adapter, adapter.timeouts());
        if (only != null) {
            attempts.at(only);
        }
        Call call = attempts.open(site -> request.apply(place(site, attempts, path)), phase, model);
        return new Answer(call, call.readAll(Call.LONGEST_ANSWER));
    }

    /** {@return an address, if such a server is there: another one may stand there by now} */
    URI place(Site site, Attempts attempts, String path) {
        Dialect spoken = site.dialect(attempts);
        if (spoken != dialect) {
            throw site.lacks(spoken, "is not " + dialect.label() + ", which this is asked of");
        }
        return site.management(path);
    }
}
