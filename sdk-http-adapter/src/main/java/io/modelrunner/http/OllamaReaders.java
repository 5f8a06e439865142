package io.modelrunner.http;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads what Ollama says of its models; each gives null for what is of another form. */
final class OllamaReaders {
    private @Nullable String name;
    private @Nullable String digest;
    private @Nullable String modified;
    private @Nullable String format;
    private @Nullable String family;
    private @Nullable String parameters;
    private @Nullable String quantization;
    private final Map<String, String> info = new LinkedHashMap<>();
    private double size;
    private double context;

    private OllamaReaders() {}

    /** Reads {@code {"models":[…]}}; one entry for each name. */
    static @Nullable List<Model> models(JsonParser json) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return null;
        }
        List<Model> models = null;
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            JsonToken value = json.nextToken();
            if (!field.equals("models")) {
                json.skipChildren();
            } else if (value == JsonToken.START_ARRAY) {
                models = entries(json);
            } else {
                models = value == JsonToken.VALUE_NULL ? List.of() : models;
                json.skipChildren();
            }
        }
        return models;
    }

    private static List<Model> entries(JsonParser json) {
        List<Model> models = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                continue;
            }
            OllamaReaders reader = new OllamaReaders();
            reader.object(json);
            try {
                models.add(reader.model(ModelName.of(reader.name == null ? "" : reader.name)));
            } catch (InvalidRequestException unusable) {
                // no request could name it
            }
        }
        return List.copyOf(models);
    }

    /** Reads what {@code /api/show} answers, which does not repeat the name. */
    static @Nullable Model shown(JsonParser json, ModelName asked) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return null;
        }
        OllamaReaders reader = new OllamaReaders();
        reader.object(json);
        return reader.model(asked);
    }

    private void object(JsonParser json) {
        Json.members(json, field -> {
            switch (field) {
                case "name" -> name = Json.text(json);
                case "digest" -> digest = Json.text(json);
                case "modified_at" -> modified = Json.text(json);
                case "size" -> size = Json.decimal(json);
                case "details" -> details(json);
                case "model_info" -> info(json);
                default -> json.skipChildren();
            }
        });
    }

    private void details(JsonParser json) {
        Json.members(json, field -> {
            switch (field) {
                case "format" -> format = Json.text(json);
                case "family" -> family = Json.text(json);
                case "parameter_size" -> parameters = Json.text(json);
                case "quantization_level" -> quantization = Json.text(json);
                case "context_length" -> context = Json.decimal(json);
                default -> json.skipChildren();
            }
        });
    }

    private void info(JsonParser json) {
        Json.members(json, field -> {
            if (field.endsWith(".context_length") && json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                context = json.getDoubleValue();
            }
            String text = Json.textOrRaw(json);
            if (text != null) {
                info.put(field, text);
            }
        });
    }

    private Model model(ModelName called) {
        Model.Builder model = Model.builder(called).tags(List.of(called)).id(digest);
        model.created(created()).format(format).architecture(family).parameters(parameters);
        model.quantization(quantization).bytes(size > 0 ? (long) size : 0).metadata(info);
        return model.contextTokens(context > 0 ? (int) context : 0).build();
    }

    private @Nullable Instant created() {
        try {
            return modified == null ? null : Instant.parse(modified);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
