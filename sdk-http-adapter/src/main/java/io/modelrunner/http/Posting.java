package io.modelrunner.http;

import io.modelrunner.ModelName;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.CompletionRequest;
import java.net.URI;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * What is posted to a server.
 *
 * @param model the model that is asked
 * @param body the JSON
 * @param headers those that go with this request alone
 * @param timeouts those of this request alone
 * @param where the address of the operation
 */
record Posting(
        ModelName model,
        Body body,
        Map<String, String> headers,
        Timeouts timeouts,
        BiFunction<Site, Attempts, URI> where) {

    /** Refuses headers that are ours to set, before anything is sent. */
    Posting {
        headers.forEach(Headers::checked);
    }

    /** JSON as it travels. */
    record Body(@SuppressWarnings("ArrayRecordComponent") byte[] json) {}

    static Posting of(ChatRequest request, boolean streamed) {
        byte[] json = ChatRequestWriter.write(request, streamed);
        return new Posting(
                request.model(), new Body(json), request.headers(), request.timeouts(), to("/chat/completions"));
    }

    static Posting of(CompletionRequest request, boolean streamed) {
        byte[] json = ChatRequestWriter.write(request, streamed);
        return new Posting(request.model(), new Body(json), request.headers(), request.timeouts(), to("/completions"));
    }

    static BiFunction<Site, Attempts, URI> to(String path) {
        return (site, attempts) -> site.openAi(path, attempts);
    }

    /** {@return a call that was answered with status 200} */
    Call open(Attempts attempts, Phase afterConnect) {
        attempts.checkSize(body.json.length);
        return attempts.bringing(
                model, () -> attempts.open(site -> post(where.apply(site, attempts)), afterConnect, model));
    }

    private HttpPost post(URI uri) {
        HttpPost post = new HttpPost(uri);
        headers.forEach((name, value) -> post.setHeader(name, value));
        post.setEntity(new ByteArrayEntity(body.json, ContentType.APPLICATION_JSON));
        return post;
    }
}
