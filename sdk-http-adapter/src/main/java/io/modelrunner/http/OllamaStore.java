package io.modelrunner.http;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.internal.TransferProgress;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.store.Removal;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hc.client5.http.classic.methods.HttpDelete;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import tools.jackson.core.JsonGenerator;

/**
 * The models of Ollama, by its own API; names travel in bodies as they were typed.
 *
 * <p>It makes models of files in another way than Docker Model Runner, which is not offered here.
 */
final class OllamaStore extends StoreDialect {
    OllamaStore(HttpAdapter adapter, Site site) {
        super(adapter, site, Dialect.OLLAMA);
    }

    @Override
    List<Model> list() {
        Call call = attempts().open(site -> new HttpGet(site.management("/api/tags")), Phase.ANSWER, null);
        return call.json("a list of models", OllamaReaders::models);
    }

    @Override
    Model inspect(String model) {
        ModelName name = ModelName.of(model);
        Call call = send("POST", "/api/show", name, json -> json.writeStringProperty("model", name.text()));
        return call.json("a description of a model", json -> OllamaReaders.shown(json, name));
    }

    @Override
    void push(RegistryRequest request, Consumer<? super PullEvent> listener) {
        listener.accept(
                new Transfer(adapter, OllamaTransfer.PUSH, site, request, listener, new TransferProgress()).run());
    }

    @Override
    void tag(String model, String target) {
        ModelName name = ModelName.of(model);
        ModelName made = ModelName.of(target);
        send("POST", "/api/copy", name, json -> {
                    json.writeStringProperty("source", name.text());
                    json.writeStringProperty("destination", made.text());
                })
                .readSome(HttpAdapter.LONGEST_ERROR);
    }

    /** Ollama says nothing of what it removed: the name that was asked for is what is gone. */
    @Override
    Removal remove(String model, boolean force) {
        ModelName name = ModelName.of(model);
        if (name.isId()) {
            throw new InvalidRequestException("model", "a name, as Ollama removes by names", "an id");
        }
        send("DELETE", "/api/delete", name, json -> json.writeStringProperty("model", name.text()))
                .readSome(HttpAdapter.LONGEST_ERROR);
        return new Removal(List.of(name), List.of());
    }

    private Call send(String method, String path, ModelName name, Consumer<JsonGenerator> members) {
        byte[] body = Json.write(members);
        return attempts()
                .open(
                        site -> {
                            HttpUriRequestBase request = method.equals("DELETE")
                                    ? new HttpDelete(site.management(path))
                                    : new HttpPost(site.management(path));
                            request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
                            return request;
                        },
                        Phase.ANSWER,
                        name);
    }
}
