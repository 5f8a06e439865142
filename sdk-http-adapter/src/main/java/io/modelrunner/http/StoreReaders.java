package io.modelrunner.http;

import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.store.DiskUsage;
import io.modelrunner.store.Removal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads what Docker Model Runner's management API says of its store; each gives null for what is of another form. */
final class StoreReaders {
    private StoreReaders() {}

    static @Nullable List<Model> models(JsonParser json) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return null;
        }
        List<Model> models = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Model model = StoredModelReader.read(json, null);
            if (model != null) {
                models.add(model);
            }
        }
        return List.copyOf(models);
    }

    /** An array of objects of one member each, whose names are capital (recorded). */
    static @Nullable Removal removal(JsonParser json) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return null;
        }
        List<ModelName> untagged = new ArrayList<>();
        List<String> deleted = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Json.members(json, field -> {
                String value = Json.text(json);
                if (value != null && field.equalsIgnoreCase("untagged")) {
                    StoredModelReader.add(untagged, value);
                } else if (value != null && field.equalsIgnoreCase("deleted")) {
                    deleted.add(value);
                }
            });
        }
        return new Removal(untagged, deleted);
    }

    static @Nullable DiskUsage diskUsage(JsonParser json) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return null;
        }
        long models = -1;
        long engine = 0;
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            switch (field) {
                case "models_disk_usage" -> models = bytes(json);
                case "default_backend_disk_usage" -> engine = bytes(json);
                default -> json.skipChildren();
            }
        }
        return models < 0 ? null : new DiskUsage(models, engine);
    }

    private static long bytes(JsonParser json) {
        double number = Json.decimal(json);
        return number >= 0 ? (long) number : 0;
    }
}
