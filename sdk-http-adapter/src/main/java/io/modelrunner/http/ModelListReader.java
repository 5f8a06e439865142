package io.modelrunner.http;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the OpenAI form of a list of models, with what Docker Model Runner adds under {@code dmr} and llama.cpp under
 * {@code meta} (both recorded).
 */
final class ModelListReader {
    private final List<Model> models = new ArrayList<>();

    private ModelListReader() {}

    /**
     * {@return the models, null if the body is no such list}
     *
     * @throws JacksonException if it is not JSON
     */
    static @Nullable List<Model> read(byte[] body) {
        try (JsonParser json = Json.parser(body, 0, body.length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            ModelListReader reader = null;
            for (String field = json.nextName(); field != null; field = json.nextName()) {
                JsonToken value = json.nextToken();
                if (field.equals("data") && value == JsonToken.START_ARRAY) {
                    reader = new ModelListReader();
                    reader.entries(json);
                } else if (field.equals("data") && value == JsonToken.VALUE_NULL) {
                    reader = new ModelListReader(); // Ollama without models
                } else {
                    json.skipChildren();
                }
            }
            return reader == null ? null : List.copyOf(reader.models);
        }
    }

    private void entries(JsonParser json) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                entry(json);
            } else {
                json.skipChildren();
            }
        }
    }

    private void entry(JsonParser json) {
        Entry entry = new Entry();
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            entry.field(json, field);
        }
        Model model = entry.model();
        if (model != null) {
            models.add(model);
        }
    }

    /** Collects the fields of one model, in whatever order they come. */
    private static final class Entry {
        private @Nullable String id;
        private @Nullable String owner;
        private @Nullable String architecture;
        private @Nullable String parameters;
        private @Nullable String quantization;
        private @Nullable String size;
        private double created;
        private double context;
        private double bytes;

        void field(JsonParser json, String field) {
            switch (field) {
                case "id" -> id = Json.text(json);
                case "owned_by" -> owner = Json.text(json);
                case "created" -> created = Json.decimal(json);
                case "dmr", "meta" -> details(json);
                default -> json.skipChildren();
            }
        }

        private void details(JsonParser json) {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                return;
            }
            for (String field = json.nextName(); field != null; field = json.nextName()) {
                JsonToken value = json.nextToken();
                switch (field) {
                    case "context_window", "n_ctx" -> context = Json.decimal(json);
                    case "architecture" -> architecture = Json.text(json);
                    case "parameters" -> parameters = Json.text(json);
                    case "quantization", "ftype" -> quantization = Json.text(json);
                    case "size" -> {
                        if (value == JsonToken.VALUE_STRING) {
                            size = json.getString();
                        } else {
                            bytes = Json.decimal(json);
                        }
                    }
                    default -> json.skipChildren();
                }
            }
        }

        @Nullable
        Model model() {
            try {
                Model.Builder model = Model.builder(ModelName.of(id == null ? "" : id));
                model.owner(owner).architecture(architecture).parameters(parameters);
                model.quantization(quantization).size(size);
                model.contextTokens(context > 0 ? (int) context : 0).bytes(bytes > 0 ? (long) bytes : 0);
                return model.created(created > 0 ? Instant.ofEpochSecond((long) Math.min(created, 1e11)) : null)
                        .build();
            } catch (InvalidRequestException unusable) {
                return null; // no request could name it
            }
        }
    }
}
