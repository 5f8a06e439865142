package io.modelrunner.http;

import io.modelrunner.ModelRunnerException;
import io.modelrunner.http.TransferLine.Kind;
import io.modelrunner.internal.ErrorContext;
import io.modelrunner.internal.RunnerErrors;
import io.modelrunner.internal.ServerError;
import io.modelrunner.internal.StoreErrors;
import io.modelrunner.store.RegistryRequest;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * Pulls and pushes of Docker Model Runner.
 *
 * <p>It tells of them in JSON only if {@code Accept} is exactly {@code application/json}, and else in lines escaped for HTML
 * (both recorded).
 */
enum RunnerTransfer implements TransferProtocol {
    /** {@code POST /models/create}; {@code total} is of all layers. */
    PULL,
    /** {@code POST /models/…/push}; {@code total} is of the layer. */
    PUSH;

    @Override
    public HttpUriRequestBase request(Site site, RegistryRequest wanted) {
        String push = "/models/" + RunnerStore.ofRegistry(wanted.model()) + "/push";
        HttpPost post = new HttpPost(site.management(this == PULL ? "/models/create" : push));
        post.setHeader("Accept", "application/json");
        byte[] body = Json.write(json -> {
            if (this == PULL) {
                json.writeStringProperty("from", wanted.model().qualified());
            }
            wanted.token().ifPresent(token -> json.writeStringProperty("bearer-token", token));
        });
        post.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        return post;
    }

    /** What is to be pushed must be in the runner's own store; what is to be pulled, in the registry. */
    @Override
    public ModelRunnerException refused(ErrorContext context, int status, ServerError error) {
        return this == PUSH && status == 404
                ? RunnerErrors.of(context, status, error, "")
                : StoreErrors.ofRegistry(context, status, error);
    }

    @Override
    public TransferLine read(JsonParser json) {
        Found found = new Found();
        Json.members(json, field -> found.field(json, field));
        return found.line(this == PULL);
    }

    /** Collects the fields in whatever order they come. */
    private static final class Found {
        private @Nullable String type;
        private @Nullable String message;
        private @Nullable String layer;
        private long size;
        private long current;
        private long total;

        void field(JsonParser json, String field) {
            switch (field) {
                case "type" -> type = Json.text(json);
                case "message" -> message = Json.textOrRaw(json);
                case "total" -> total = TransferLine.bytes(Json.decimal(json));
                case "layer" -> layer(json);
                default -> json.skipChildren();
            }
        }

        private void layer(JsonParser json) {
            Json.members(json, field -> {
                switch (field) {
                    case "id" -> layer = Json.text(json);
                    case "size" -> size = TransferLine.bytes(Json.decimal(json));
                    case "current" -> current = TransferLine.bytes(Json.decimal(json));
                    default -> json.skipChildren();
                }
            });
        }

        TransferLine line(boolean ofWhole) {
            Kind kind = switch (type == null ? "" : type) {
                case "success" -> Kind.SUCCESS;
                case "error" -> Kind.ERROR;
                case "warning" -> Kind.WARNING;
                default -> Kind.PROGRESS;
            };
            String id = layer == null || layer.isEmpty() ? null : layer;
            return new TransferLine(kind, message == null ? "" : message, id, size, current, ofWhole ? total : 0);
        }
    }
}
