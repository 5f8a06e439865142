package io.modelrunner.http.archive;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The two JSON documents beside a GGUF file in an archive: the config, which describes the model, and the manifest. */
final class ModelPackage {
    private static final JsonFactory JSON = new JsonFactory();

    /** The names of {@code general.file_type}, by its number. */
    private static final List<String> QUANTIZATIONS =
            List.of(("F32 F16 Q4_0 Q4_1 Q4_1_SOME_F16 Q4_2 Q4_3 Q8_0 Q5_0 Q5_1 Q2_K Q3_K_S Q3_K_M Q3_K_L Q4_K_S "
                            + "Q4_K_M Q5_K_S Q5_K_M Q6_K IQ2_XXS IQ2_XS Q2_K_S IQ3_XS IQ3_XXS IQ1_S IQ4_NL IQ3_S IQ3_M IQ2_S "
                            + "IQ2_M IQ4_XS IQ1_M BF16 Q4_0_4_4 Q4_0_4_8 Q4_0_8_8 TQ1_0 TQ2_0 MXFP4")
                    .split(" ", -1));

    private ModelPackage() {}

    /**
     * {@return the config of a model}
     *
     * <p>It has no time of creation, though there is a place for one: the id of a model should follow from its content alone.
     * With the file's time in it, the same weights downloaded or unpacked again were another model, which takes the tag
     * from the first and leaves it in the store without a name. And no context size: the engine would be started with it.
     */
    static byte[] config(GgufHeader header, String digits) {
        Map<String, String> metadata = header.metadata();
        return write(json -> {
            json.writeObjectPropertyStart("config");
            json.writeStringProperty("format", "gguf");
            member(json, "quantization", quantization(metadata.get("general.file_type")));
            json.writeStringProperty("parameters", Units.parameters(header.parameters()));
            member(json, "architecture", metadata.get("general.architecture"));
            json.writeStringProperty("size", Units.bytes(header.dataSize()));
            json.writeObjectPropertyStart("gguf");
            metadata.forEach(json::writeStringProperty);
            json.writeEndObject();
            json.writeEndObject();
            json.writeObjectPropertyStart("descriptor");
            json.writeEndObject();
            json.writeObjectPropertyStart("rootfs");
            json.writeStringProperty("type", "rootfs");
            json.writeArrayPropertyStart("diff_ids");
            json.writeString(Sha256.PREFIX + digits);
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** {@return the manifest of a model with one layer, the GGUF file} */
    static byte[] manifest(byte[] config, long size, String digits) {
        return write(json -> {
            json.writeNumberProperty("schemaVersion", 2);
            json.writeStringProperty("mediaType", "application/vnd.oci.image.manifest.v1+json");
            json.writeName("config");
            descriptor(json, "application/vnd.docker.ai.model.config.v0.1+json", config.length, Sha256.digits(config));
            json.writeArrayPropertyStart("layers");
            descriptor(json, "application/vnd.docker.ai.gguf.v3", size, digits);
            json.writeEndArray();
        });
    }

    private static void descriptor(JsonGenerator json, String mediaType, long size, String digits) {
        json.writeStartObject();
        json.writeStringProperty("mediaType", mediaType);
        json.writeNumberProperty("size", size);
        json.writeStringProperty("digest", Sha256.PREFIX + digits);
        json.writeEndObject();
    }

    private static void member(JsonGenerator json, String name, @Nullable String value) {
        if (value != null) {
            json.writeStringProperty(name, value);
        }
    }

    /** {@return the name as {@code docker model} writes it; null for a type that is not stated, or newer than this list} */
    private static @Nullable String quantization(@Nullable String type) {
        if (type == null || !type.matches("[0-9]{1,3}")) {
            return null;
        }
        int number = Integer.parseInt(type);
        return number < QUANTIZATIONS.size() ? "MOSTLY_" + QUANTIZATIONS.get(number) : null;
    }

    private static byte[] write(Consumer<JsonGenerator> members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes, JsonEncoding.UTF8)) {
            json.writeStartObject();
            members.accept(json);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
