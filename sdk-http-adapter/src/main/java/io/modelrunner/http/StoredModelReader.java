package io.modelrunner.http;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads a model as Docker Model Runner's management API describes it; every field but the id may be missing (recorded). */
final class StoredModelReader {
    private @Nullable String id;
    private final List<ModelName> tags = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private @Nullable String format;
    private @Nullable String quantization;
    private @Nullable String parameters;
    private @Nullable String architecture;
    private @Nullable String size;
    private double created;
    private double context;

    private StoredModelReader() {}

    /**
     * {@return the model at the parser, null for anything else, which is skipped}
     *
     * @param asked its name if it has none of its own; null to call it by its id then
     */
    static @Nullable Model read(JsonParser json, @Nullable ModelName asked) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return null;
        }
        StoredModelReader reader = new StoredModelReader();
        Json.members(json, field -> reader.field(json, field));
        return reader.model(asked);
    }

    private void field(JsonParser json, String field) {
        switch (field) {
            case "id" -> id = Json.text(json);
            case "tags" -> Json.texts(json).forEach(tag -> add(tags, tag));
            case "created" -> created = Json.decimal(json);
            case "config" -> config(json);
            default -> json.skipChildren();
        }
    }

    /** Adds a name, unless it can be none. */
    static void add(List<ModelName> names, String text) {
        try {
            names.add(ModelName.of(text));
        } catch (InvalidRequestException unusable) {
            // no request could name it
        }
    }

    private void config(JsonParser json) {
        Json.members(json, field -> {
            switch (field) {
                case "format" -> format = Json.text(json);
                case "quantization" -> quantization = Json.text(json);
                case "parameters" -> parameters = Json.text(json);
                case "architecture" -> architecture = Json.text(json);
                case "size" -> size = Json.text(json);
                case "context_size" -> context = Json.decimal(json);
                case "gguf", "safetensors", "diffusers" -> metadata(json);
                default -> json.skipChildren();
            }
        });
    }

    private void metadata(JsonParser json) {
        Json.members(json, field -> {
            String value = Json.textOrRaw(json);
            if (value != null) {
                metadata.put(field, value);
            }
        });
    }

    private @Nullable Model model(@Nullable ModelName asked) {
        List<ModelName> names = new ArrayList<>(tags);
        if (names.isEmpty() && asked != null && id != null) {
            names.add(asked);
        }
        if (names.isEmpty() && id != null) {
            add(names, id);
        }
        if (names.isEmpty()) {
            return null;
        }
        Model.Builder model = Model.builder(names.get(0));
        model.id(id).tags(tags).format(format).metadata(metadata);
        model.quantization(quantization).parameters(parameters).architecture(architecture);
        model.size(size).contextTokens(context > 0 ? (int) context : 0);
        return model.created(created > 0 ? Instant.ofEpochSecond((long) Math.min(created, 1e11)) : null)
                .build();
    }
}
