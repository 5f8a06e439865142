package io.modelrunner.http;

import io.modelrunner.http.TransferLine.Kind;
import io.modelrunner.store.RegistryRequest;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** Pulls (recorded) and pushes (documented, not run here) of Ollama; an error is a line under status 200. */
enum OllamaTransfer implements TransferProtocol {
    /** {@code POST /api/pull}. */
    PULL,
    /** {@code POST /api/push}. */
    PUSH;

    @Override
    public HttpUriRequestBase request(Site site, RegistryRequest wanted) {
        if (wanted.token().isPresent()) {
            throw site.lacks(Dialect.OLLAMA, "takes no token for a registry");
        }
        HttpPost post = new HttpPost(site.management(this == PULL ? "/api/pull" : "/api/push"));
        byte[] body = Json.write(
                json -> json.writeStringProperty("model", wanted.model().text()));
        post.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        return post;
    }

    @Override
    public TransferLine read(JsonParser json) {
        String status = "";
        String layer = null;
        String error = null;
        long size = 0;
        long current = 0;
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            switch (field) {
                case "status" -> status = String.valueOf(Json.textOrRaw(json));
                case "error" -> error = String.valueOf(Json.textOrRaw(json));
                case "digest" -> layer = Json.text(json);
                case "total" -> size = TransferLine.bytes(Json.decimal(json));
                case "completed" -> current = TransferLine.bytes(Json.decimal(json));
                default -> json.skipChildren();
            }
        }
        return line(status, error, layer, size, current);
    }

    private static TransferLine line(
            String status, @Nullable String error, @Nullable String layer, long size, long current) {
        if (error != null) {
            return TransferLine.of(Kind.ERROR, error);
        }
        if (status.equals("success")) {
            return TransferLine.of(Kind.SUCCESS, status);
        }
        return new TransferLine(Kind.PROGRESS, status, layer, size, current, 0);
    }
}
