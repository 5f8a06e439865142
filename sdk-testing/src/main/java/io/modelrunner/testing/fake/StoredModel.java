package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model that the runner has, as it is at one moment.
 *
 * @param manifest what it is made of
 * @param tags its names, fully qualified; may be none
 * @param created in seconds; 0 if it does not say
 * @param config what is shown of it
 * @param loadable whether its file is one that an engine can load
 */
record StoredModel(
        Manifest manifest, List<String> tags, long created, Map<String, @Nullable Object> config, boolean loadable) {
    String id() {
        return manifest.id();
    }

    /** {@return its first tag, or its id if it has none} */
    String name() {
        return tags.isEmpty() ? id() : tags.get(0);
    }

    String text(String member) {
        return config.get(member) instanceof String text ? text : "";
    }

    int contextSize() {
        return config.get("context_size") instanceof BigDecimal size ? size.intValue() : 0;
    }

    /** {@return whether its file says how to make one vector of many} Without that it does not embed. */
    boolean embeds() {
        return config.get("gguf") instanceof Map<?, ?> gguf
                && gguf.get(text("architecture") + ".pooling_type") instanceof String;
    }

    boolean sees() {
        return manifest.has(Manifest.Layer.MMPROJ);
    }

    /** {@return the file as an engine names it} */
    String path() {
        return "/models/bundles/sha256/" + id().substring("sha256:".length()) + "/model/model.gguf";
    }

    /** {@return the model as list and inspect show it} */
    Map<String, @Nullable Object> shown() {
        Map<String, @Nullable Object> shown = Json.object("id", id());
        if (!tags.isEmpty()) {
            shown.put("tags", tags);
        }
        shown.put("created", created);
        shown.put("config", config);
        return shown;
    }

    /** {@return the model as the OpenAI API shows it} */
    Map<String, @Nullable Object> shownToOpenAi() {
        Map<String, @Nullable Object> more = new LinkedHashMap<>();
        if (contextSize() != 0) {
            more.put("context_window", contextSize());
        }
        for (String member : List.of("architecture", "parameters", "quantization", "size")) {
            if (!text(member).isEmpty()) {
                more.put(member, text(member));
            }
        }
        return Json.object("id", name(), "object", "model", "created", created, "owned_by", "docker", "dmr", more);
    }

    /** {@return what Ollama calls the details of the model} */
    Map<String, @Nullable Object> details() {
        return Json.object(
                "format",
                text("format"),
                "family",
                text("architecture"),
                "families",
                List.of(text("architecture")),
                "parameter_size",
                text("parameters"),
                "quantization_level",
                text("quantization"));
    }
}
