package io.modelrunner.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelrunner.testing.internal.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/** A directory of recorded exchanges, one JSON file for each. */
final class RecordingFiles {
    private static final JsonFactory FACTORY = new JsonFactory();

    private RecordingFiles() {}

    /**
     * {@return all exchanges of a directory, in the order of their files' names}
     *
     * @throws IllegalArgumentException if there is none, or a file is not one
     */
    static List<Recording> read(Path directory) {
        List<Recording> found =
                files(directory).stream().map(RecordingFiles::readFile).toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("there are no recordings in " + directory);
        }
        return found;
    }

    /** {@return the files of a directory that may be recordings; none if there is no such directory} */
    static List<Path> files(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Recording readFile(Path file) {
        try {
            return Recordings.parse(Json.readObject(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " is no recording: " + e.getMessage(), e);
        }
    }

    /** Writes an exchange to a file of the last part of its name. */
    static void write(Path directory, Recording recording) {
        String name = recording.name();
        Path file = directory.resolve(name.substring(name.lastIndexOf('/') + 1) + ".json");
        try {
            Files.createDirectories(directory);
            Files.writeString(file, json(recording) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String json(Recording recording) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(new Pretty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("name", recording.name());
            json.writeStringProperty("about", recording.about());
            request(json, recording.request());
            response(json, recording.response());
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void request(JsonGenerator json, Recording.Request request) {
        json.writeObjectPropertyStart("request");
        json.writeStringProperty("method", request.method());
        json.writeStringProperty("path", request.path());
        headers(json, request.headers());
        if (!request.body().isEmpty()) {
            json.writeStringProperty("body", request.body());
        }
        json.writeEndObject();
    }

    private static void response(JsonGenerator json, Recording.Response response) {
        json.writeObjectPropertyStart("response");
        json.writeNumberProperty("status", response.status());
        headers(json, response.headers());
        json.writeStringProperty("body", response.body());
        if (response.bodyLength() != response.body().getBytes(UTF_8).length) {
            json.writeNumberProperty("bodyLength", response.bodyLength());
        }
        switch (response.end()) {
            case CUT_BY_SERVER -> json.writeStringProperty("truncatedBy", "server");
            case CUT_BY_CLIENT -> json.writeStringProperty("truncatedBy", "client");
            case WHOLE -> {}
        }
        json.writeEndObject();
    }

    private static void headers(JsonGenerator json, Map<String, String> headers) {
        json.writeObjectPropertyStart("headers");
        headers.forEach(json::writeStringProperty);
        json.writeEndObject();
    }

    /** Two spaces for each level, the same on every system: these files are read in reviews. */
    private static final class Pretty extends ObjectWriteContext.Base {
        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }

        @Override
        public PrettyPrinter getPrettyPrinter() {
            Separators colon = Separators.createDefaultInstance()
                    .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("");
            DefaultPrettyPrinter printer = new DefaultPrettyPrinter(colon);
            printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
            return printer;
        }
    }
}
