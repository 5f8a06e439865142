package io.modelrunner.http;

import io.modelrunner.ModelName;
import io.modelrunner.control.RecordedTraffic;
import io.modelrunner.control.RequestRecorder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the requests that Docker Model Runner has recorded. */
record HttpRecorder(HttpAdapter adapter) implements RequestRecorder {
    private static final String PATH = "/engines/requests";

    @Override
    public List<RecordedTraffic> requests() {
        return requests(PATH, null);
    }

    @Override
    public List<RecordedTraffic> requests(String model) {
        ModelName name = ModelName.of(model);
        return requests(ManagementPath.withModel(PATH, name), name);
    }

    private List<RecordedTraffic> requests(String path, @Nullable ModelName model) {
        return new ControlCalls(adapter, Dialect.MODEL_RUNNER)
                .get(path, model)
                .as(HttpRecorder::read, "recorded requests");
    }

    private static @Nullable List<RecordedTraffic> read(byte[] body) {
        List<JsonObject> models = JsonObject.parseList(body);
        if (models == null) {
            return null;
        }
        List<RecordedTraffic> traffic = new ArrayList<>();
        for (JsonObject model : models) {
            List<JsonObject> records = model.objects("records");
            if (records != null) {
                records.forEach(record -> traffic.add(read(record, model.text("model"))));
            }
        }
        return List.copyOf(traffic);
    }

    private static RecordedTraffic read(JsonObject record, @Nullable String modelId) {
        long seconds = record.longOrZero("timestamp");
        return RecordedTraffic.builder(record.textOrEmpty("id"), record.textOrEmpty("model"))
                .modelId(modelId)
                .asked(record.textOrEmpty("method"), record.textOrEmpty("url"), record.textOrEmpty("request"))
                .answered(
                        (int) record.longOrZero("status_code"),
                        notEmpty(record.text("response")),
                        notEmpty(record.text("error")))
                .time(seconds > 0 ? Instant.ofEpochSecond(Math.min(seconds, 100_000_000_000L)) : null)
                .from(notEmpty(record.text("user_agent")), notEmpty(record.text("origin")))
                .build();
    }

    private static @Nullable String notEmpty(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
