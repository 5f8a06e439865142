package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.testing.Exchange;
import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is below {@code /models}, and the OpenAI list of models. */
final class ModelRoutes implements Routing {
    private static final String MODELS = "/models";
    private static final Pattern OPEN_AI = Pattern.compile("/engines/(?:[^/]+/)?v1/models(/.*)?");

    private final Store store;
    private final Registry registry;
    private final Transfers transfers;
    private final Loading loading;

    ModelRoutes(Store store, Registry registry, Transfers transfers) {
        this.store = store;
        this.registry = registry;
        this.transfers = transfers;
        this.loading = new Loading(store);
    }

    @Override
    public boolean answers(Call call) throws IOException {
        String path = call.path();
        if (path.equals(MODELS) || path.startsWith(MODELS + "/")) {
            switch (call.method()) {
                case "GET" -> get(call);
                case "POST" -> post(call);
                case "DELETE" -> delete(call);
                default -> throw new Refusal(404, "not found");
            }
            return true;
        }
        Matcher list = OPEN_AI.matcher(path);
        if (list.matches() && call.method().equals("GET")) {
            openAi(call, list.group(1) == null ? "" : list.group(1));
            return true;
        }
        return false;
    }

    private void get(Call call) throws IOException {
        String name = call.path().substring(MODELS.length());
        if (name.isEmpty()) {
            call.answer(
                    Reply.json(200, store.all().stream().map(StoredModel::shown).toList()));
        } else if (name.endsWith("/export")) {
            export(call, name.substring(1, name.length() - "/export".length()));
        } else if (call.flag("remote")) {
            inspectRemote(call, name.substring(1));
        } else {
            inspect(call, name.substring(1));
        }
    }

    private void inspect(Call call, String name) throws IOException {
        Optional<String> id = store.lenientIdOf(name);
        if (id.isEmpty()) {
            throw new Refusal(404, "model not found");
        }
        try {
            call.answer(Reply.json(200, store.read(id.get(), name).shown()));
        } catch (ModelTrouble trouble) {
            throw new Refusal(500, "error while getting model: " + trouble.text());
        }
    }

    private void inspectRemote(Call call, String name) throws IOException {
        try {
            OfferedModel model =
                    registry.find(ModelReference.parse(name).orElseThrow(() -> new Refusal(404, "")), null);
            call.answer(Reply.json(
                    200,
                    Store.shown(model.manifest(), List.of(), model.config(), true)
                            .shown()));
        } catch (Refusal refusal) {
            boolean missing = refusal.reply().status() == 404;
            throw new Refusal(
                    missing ? 404 : 500,
                    "error while getting remote model: failed to pull model \"" + name + "\": "
                            + (missing ? "MANIFEST_UNKNOWN - Model not found" : "UNAUTHORIZED - Unauthorized"));
        }
    }

    private void export(Call call, String name) throws IOException {
        String disposition = "Content-Disposition: attachment; filename=\"" + name + ".tar\"";
        StoredModel model;
        try {
            model = store.model(name);
        } catch (ModelTrouble trouble) {
            throw new Refusal(Reply.error(trouble.status(), trouble.text()).with(disposition));
        }
        Exchange exchange = call.exchange();
        exchange.head(200, disposition, "Content-Type: application/x-tar", "Transfer-Encoding: chunked");
        if (!call.exchange().requestHead().method().equals("HEAD")) {
            for (String digest : model.manifest().blobs()) {
                Blob blob = store.blob(digest)
                        .orElseThrow(() -> new IOException("the model was removed while it was exported"));
                Archive.send(exchange, "blobs/sha256/" + digest.substring("sha256:".length()), blob);
            }
            Archive.send(exchange, "manifest.json", model.manifest().content());
            Archive.end(exchange);
        }
        exchange.end();
    }

    private void post(Call call) throws IOException {
        String path = call.path().substring(MODELS.length());
        if (path.equals("/create")) {
            transfers.create(call);
        } else if (path.equals("/load")) {
            loading.load(call);
        } else {
            act(call, path);
        }
    }

    private void act(Call call, String path) throws IOException {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            throw new Refusal(404, "not found");
        }
        String name = path.substring(Math.min(1, slash), slash);
        String action = path.substring(slash + 1);
        switch (action) {
            case "tag" -> tag(call, name);
            case "push" -> transfers.push(call, name);
            case "repackage" -> repackage(call, name);
            default -> throw new Refusal(404, "unknown action \"" + action + "\"");
        }
    }

    private void tag(Call call, String name) throws IOException {
        Optional<String> repository = call.query("repo").filter(text -> !text.isEmpty());
        Optional<String> tag = call.query("tag").filter(text -> !text.isEmpty());
        if (repository.isEmpty() || tag.isEmpty()) {
            throw new Refusal(400, "missing repo or tag query parameter");
        }
        String id = store.lenientIdOf(name).orElseThrow(() -> new Refusal(404, "model not found"));
        String target = repository.get() + ":" + tag.get();
        store.tag(
                id,
                ModelReference.parse(target)
                        .orElseThrow(() -> new Refusal(
                                500,
                                "error while tagging model: tagging model: invalid tag: invalid reference \""
                                        + ModelReference.shortForm(target).toLowerCase(Locale.ROOT)
                                        + "\": invalid reference format")));
        call.answer(Reply.json(
                201, Json.object("message", "Model tagged successfully with \"" + target + "\"", "target", target)));
    }

    private void repackage(Call call, String name) throws IOException {
        Map<String, @Nullable Object> asked =
                call.json(Reply.error(400, "invalid request body: invalid character looking for beginning of value"));
        if (!(asked.get("target") instanceof String target) || target.isEmpty()) {
            throw new Refusal(400, "target is required");
        }
        Object size = asked.get("context_size");
        if (size != null && !(size instanceof BigDecimal number && number.signum() >= 0)) {
            throw new Refusal(400, "invalid request body: context_size must not be negative");
        }
        StoredModel model;
        try {
            model = store.model(name);
        } catch (ModelTrouble trouble) {
            throw new Refusal(trouble.status(), trouble.text());
        }
        ModelReference reference = ModelReference.parse(target)
                .orElseThrow(() -> new Refusal(500, "write repackaged model: invalid reference format"));
        store.tag(size == null ? model.id() : repackaged(model, size), reference);
        call.answer(Reply.json(
                201,
                Json.object(
                        "message",
                        "Model repackaged successfully as \"" + target + "\"",
                        "source",
                        name,
                        "target",
                        target)));
    }

    private String repackaged(StoredModel model, Object contextSize) {
        byte[] known = store.blob(model.manifest().configDigest())
                .orElseThrow(() -> ModelTrouble.missing(model.name()))
                .bytes();
        Map<String, @Nullable Object> file = new LinkedHashMap<>(Json.readObject(new String(known, UTF_8)));
        Map<String, @Nullable Object> config = new LinkedHashMap<>(model.config());
        config.put("context_size", contextSize);
        file.put("config", config);
        Blob changed = Blob.of(Json.write(file).getBytes(UTF_8));
        Manifest manifest = Manifest.of(changed, model.manifest().layers());
        store.add(changed);
        store.add(manifest);
        return manifest.id();
    }

    private void delete(Call call) throws IOException {
        if (call.is("DELETE", MODELS)) {
            call.answer(Reply.empty(307).with("Location: /models/"));
            return;
        }
        String name = call.path().substring(MODELS.length() + 1);
        if (name.equals("purge")) {
            store.purge();
            call.answer(Reply.empty(200));
            return;
        }
        try {
            call.answer(Reply.json(200, deleted(name, call.flag("force"))));
        } catch (ModelTrouble trouble) {
            throw new Refusal(trouble.status(), "error while deleting model: " + trouble.reason());
        }
    }

    /** Deletes as the runner does; {@return what it says of that} */
    List<Map<String, @Nullable Object>> deleted(String name, boolean force) {
        StoredModel model = store.model(name);
        Optional<String> tag = ModelReference.parse(name)
                .map(ModelReference::toString)
                .filter(model.tags()::contains)
                .filter(it -> !name.contains("@"));
        List<Map<String, @Nullable Object>> done = new ArrayList<>();
        if (tag.isPresent()) {
            done.add(Json.object("Untagged", tag.get()));
            if (store.untag(tag.get())) {
                done.add(Json.object("Deleted", model.id()));
            }
            return done;
        }
        if (model.tags().size() > 1 && !force) {
            throw new Refusal(
                    409,
                    "error while deleting model: unable to delete \"" + name
                            + "\" (must be forced) due to multiple tag references: resource conflict");
        }
        model.tags().forEach(each -> done.add(Json.object("Untagged", each)));
        store.remove(model.id());
        done.add(Json.object("Deleted", model.id()));
        return done;
    }

    private void openAi(Call call, String name) throws IOException {
        if (name.isEmpty()) {
            call.answer(Reply.json(
                    200,
                    Json.object(
                            "object",
                            "list",
                            "data",
                            store.all().stream().map(StoredModel::shownToOpenAi).toList())));
            return;
        }
        try {
            call.answer(Reply.json(200, store.model(name.substring(1)).shownToOpenAi()));
        } catch (ModelTrouble trouble) {
            throw new Refusal(trouble.status(), "error while getting model: " + trouble.text());
        }
    }
}
