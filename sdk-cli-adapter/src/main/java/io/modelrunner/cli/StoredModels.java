package io.modelrunner.cli;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Models as {@code list --json} and {@code inspect} print them: the runner's own description. */
final class StoredModels {
    private StoredModels() {}

    /** {@return the models of an array} */
    static List<Model> list(JsonTree array) {
        return array.elements().stream()
                .flatMap(entry -> model(entry, null).stream())
                .toList();
    }

    /**
     * {@return the model of an object; empty if it has neither name nor id}
     *
     * @param asked its name if it has none of its own; null to call it by its id then
     */
    static Optional<Model> model(JsonTree json, @Nullable ModelName asked) {
        List<ModelName> tags = json.get("tags").elements().stream()
                .flatMap(tag -> tag.text().stream())
                .flatMap(text -> name(text).stream())
                .toList();
        Optional<String> id = json.get("id").text().filter(text -> !text.isEmpty());
        Optional<ModelName> name =
                tags.stream().findFirst().or(() -> Optional.ofNullable(asked)).or(() -> id.flatMap(StoredModels::name));
        return name.map(called -> described(Model.builder(called).tags(tags).id(id.orElse(null)), json));
    }

    private static Optional<ModelName> name(String text) {
        try {
            return Optional.of(ModelName.of(text));
        } catch (InvalidRequestException unusable) {
            return Optional.empty(); // no request could name it
        }
    }

    private static Model described(Model.Builder model, JsonTree json) {
        JsonTree config = json.get("config");
        model.format(config.get("format").text().orElse(null));
        model.quantization(config.get("quantization").text().orElse(null));
        model.parameters(config.get("parameters").text().orElse(null));
        model.architecture(config.get("architecture").text().orElse(null));
        model.size(config.get("size").text().orElse(null));
        model.contextTokens((int) config.get("context_size").number());
        double created = json.get("created").number();
        model.created(created > 0 ? Instant.ofEpochSecond((long) Math.min(created, 1e11)) : null);
        return model.metadata(metadata(config)).build();
    }

    private static Map<String, String> metadata(JsonTree config) {
        Map<String, String> metadata = new LinkedHashMap<>();
        Stream.of("gguf", "safetensors", "diffusers")
                .map(config::get)
                .forEach(members -> members.names()
                        .forEach(name -> members.get(name).plain().ifPresent(value -> metadata.put(name, value))));
        return metadata;
    }
}
