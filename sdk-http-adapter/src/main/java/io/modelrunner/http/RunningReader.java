package io.modelrunner.http;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.control.KeepAlive;
import io.modelrunner.control.RunningModel;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what runs, in the form of Docker Model Runner and in that of Ollama (both recorded). */
final class RunningReader {
    private RunningReader() {}

    /** {@return what runs, null if the body is no such list} */
    static @Nullable List<RunningModel> ofDocker(byte[] body) {
        return models(JsonObject.parseList(body), RunningReader::docker);
    }

    /** {@return what runs, null if the body is no such list} */
    static @Nullable List<RunningModel> ofOllama(byte[] body) {
        JsonObject told = JsonObject.parse(body);
        return told == null ? null : models(told.objects("models"), RunningReader::ollama);
    }

    private static @Nullable List<RunningModel> models(
            @Nullable List<JsonObject> entries, Function<JsonObject, RunningModel> reader) {
        if (entries == null) {
            return null;
        }
        List<RunningModel> models = new ArrayList<>();
        for (JsonObject entry : entries) {
            try {
                models.add(reader.apply(entry));
            } catch (InvalidRequestException unusable) {
                // no request could name it
            }
        }
        return List.copyOf(models);
    }

    private static RunningModel docker(JsonObject entry) {
        return RunningModel.builder(ModelName.of(entry.textOrEmpty("model_name")))
                .engine(entry.text("backend_name"))
                .mode(entry.text("mode"))
                .lastUsed(time(entry.text("last_used")))
                .inUse(entry.isTrue("in_use"))
                .loading(entry.isTrue("loading"))
                .keepAlive(keepAlive(entry.text("keep_alive")))
                .build();
    }

    private static RunningModel ollama(JsonObject entry) {
        return RunningModel.builder(ModelName.of(entry.textOrEmpty("name")))
                .id(entry.text("digest"))
                .bytes(entry.longOrZero("size"))
                .contextTokens((int) entry.longOrZero("context_length"))
                .expires(time(entry.text("expires_at")))
                .build();
    }

    /** {@return the time, null if it is none or Go's zero, which stands for none} */
    private static @Nullable Instant time(@Nullable String text) {
        try {
            Instant time = text == null ? Instant.EPOCH : Instant.parse(text);
            return time.isAfter(Instant.EPOCH) ? time : null;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    static @Nullable KeepAlive keepAlive(@Nullable String text) {
        try {
            return text == null ? null : KeepAlive.parse(text);
        } catch (InvalidRequestException e) {
            return null;
        }
    }
}
