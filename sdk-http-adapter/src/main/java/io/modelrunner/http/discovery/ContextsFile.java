package io.modelrunner.http.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The file in which the {@code docker model} command keeps named places; lenient about what it does not need. */
final class ContextsFile {
    /** Far more than a file has that people write by commands. */
    private static final int LONGEST = 1024 * 1024;

    private static final String DEFAULT = "default";
    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, Context> contexts = new LinkedHashMap<>();
    private String current = "";

    private ContextsFile() {}

    /** A named place. */
    record Context(String name, String host, TlsSettings tls) {}

    /**
     * {@return what is in a file}
     *
     * @throws IOException if it can't be read, with a message that goes on behind the file's name
     */
    static ContextsFile read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LONGEST + 1);
        } catch (IOException e) {
            throw new IOException("can't be read: " + e.getClass().getSimpleName(), e);
        }
        if (bytes.length > LONGEST) {
            throw new IOException("has more than " + LONGEST + " bytes");
        }
        ContextsFile read = new ContextsFile();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            json.nextToken();
            read.members(json);
        } catch (JacksonException e) {
            throw new IOException("is no JSON", e);
        }
        return read;
    }

    /**
     * {@return the context that was chosen; empty if none was}
     *
     * @throws IOException if it is not in the file
     */
    Optional<Context> current() throws IOException {
        if (current.isEmpty() || current.equals(DEFAULT)) {
            return Optional.empty();
        }
        Context chosen = contexts.get(current);
        if (chosen == null) {
            throw new IOException("has no context of the name that is chosen in it");
        }
        // The command looks for itself if the host is empty.
        return chosen.host().isEmpty() ? Optional.empty() : Optional.of(chosen);
    }

    private void members(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException("is no JSON object");
        }
        eachMember(json, (name, value) -> {
            switch (name) {
                case "current" -> current = text(value);
                case "contexts" ->
                    eachMember(value, (context, settings) -> contexts.put(context, context(context, settings)));
                default -> value.skipChildren();
            }
        });
    }

    private static Context context(String name, JsonParser json) {
        String[] host = {""};
        TlsSettings[] tls = {TlsSettings.NONE};
        eachMember(json, (member, value) -> {
            switch (member) {
                case "host" -> host[0] = text(value);
                case "tls" -> tls[0] = tls(value);
                default -> value.skipChildren();
            }
        });
        return new Context(name, host[0], tls[0]);
    }

    private static TlsSettings tls(JsonParser json) {
        boolean[] set = {false, false};
        String[] caFile = {""};
        eachMember(json, (member, value) -> {
            switch (member) {
                case "enabled" -> set[0] = value.currentToken() == JsonToken.VALUE_TRUE;
                case "skipVerify" -> set[1] = value.currentToken() == JsonToken.VALUE_TRUE;
                case "caCert" -> caFile[0] = text(value);
                default -> value.skipChildren();
            }
        });
        return new TlsSettings(set[0], set[1], caFile[0]);
    }

    /** Goes through the object at the parser; anything else is skipped. */
    private static void eachMember(JsonParser json, BiConsumer<String, JsonParser> member) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            member.accept(name, json);
        }
    }

    private static String text(JsonParser json) {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getString();
        }
        json.skipChildren();
        return "";
    }
}
