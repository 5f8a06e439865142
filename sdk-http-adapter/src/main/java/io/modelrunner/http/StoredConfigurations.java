package io.modelrunner.http;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import io.modelrunner.OperationMissingException;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.Preloader.Purpose;
import io.modelrunner.control.ConfigurationChange;
import io.modelrunner.control.ModelConfiguration;
import io.modelrunner.control.Setting;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The configurations that Docker Model Runner has stored, by engine, model and purpose.
 *
 * <p>The runner replaces a configuration whole by what it gets, answers 202 for models that it does not have, and ignores members
 * that it does not know; so a change looks for the model, reads what is stored, sends that with the change, and reads again.
 */
record StoredConfigurations(HttpAdapter adapter, Site site, ControlCalls calls) {
    private static final String PATH = "/engines/_configure";
    private static final String USUAL_ENGINE = "llama.cpp";

    List<StoredConfiguration> all() {
        return read(PATH, null);
    }

    private List<StoredConfiguration> read(String path, @Nullable ModelName model) {
        List<JsonObject> entries = calls.get(path, model).as(JsonObject::parseList, "a list of configurations");
        return entries.stream().map(StoredConfiguration::of).toList();
    }

    Optional<ModelConfiguration> find(ModelName model, Purpose purpose) {
        return find(model, purpose, engineOfAddress(), true).map(StoredConfiguration::value);
    }

    /** @param any whether that of another engine will do, because the model's format decides for it */
    private Optional<StoredConfiguration> find(ModelName model, Purpose purpose, @Nullable String engine, boolean any) {
        String wanted = engine == null ? USUAL_ENGINE : engine;
        List<StoredConfiguration> fitting = read(ManagementPath.withModel(PATH, model), model).stream()
                .filter(stored -> stored.mode().equals(mode(purpose)))
                .toList();
        return fitting.stream()
                .filter(stored -> stored.engine().equals(wanted))
                .findFirst()
                .or(() -> any ? fitting.stream().findFirst() : Optional.empty());
    }

    private @Nullable String engineOfAddress() {
        return site.endpoint().engine().orElse(null);
    }

    private static String mode(Purpose purpose) {
        return switch (purpose) {
            case CHAT -> "completion";
            case EMBEDDING -> "embedding";
            case RERANKING -> "reranking";
        };
    }

    /** {@return what is stored after a change} */
    ModelConfiguration change(ModelName model, ConfigurationChange change) {
        try {
            site.configuring().lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            String what = "the thread was interrupted while it waited for another one that configures a model";
            throw new CancelledException(facts(what, model).cause(e).build());
        }
        try {
            return changeAlone(model, change);
        } finally {
            site.configuring().unlock();
        }
    }

    private ModelConfiguration changeAlone(ModelName model, ConfigurationChange change) {
        JsonObject inspected = calls.get(ManagementPath.ofModel(model), model).as(JsonObject::parse, "a model");
        boolean any = !"gguf".equals(inspected.object("config").text("format"));
        String engine = change.engine().orElse(engineOfAddress());
        StoredConfiguration before = readable(model, change.purpose(), engine, any);
        JsonObject merged = ConfigurationMerge.merged(before.settings(), change);
        if (merged.equals(before.settings())) {
            return before.value();
        }
        StoredConfiguration wanted =
                new StoredConfiguration(before.engine(), before.mode(), before.model(), before.id(), merged);
        calls.post(where(engine, before), body(model, wanted), Phase.ANSWER, model);
        return checked(model, change, wanted, find(model, change.purpose(), engine, any));
    }

    /** The engine of the address decides which flags are allowed, so one that has a configuration is named. */
    private static String where(@Nullable String engine, StoredConfiguration before) {
        boolean nothingKnown = engine == null && before.id().isEmpty();
        return nothingKnown ? PATH : "/engines/" + (engine == null ? before.engine() : engine) + "/_configure";
    }

    private StoredConfiguration readable(ModelName model, Purpose purpose, @Nullable String engine, boolean any) {
        try {
            return find(model, purpose, engine, any)
                    .orElseGet(() -> new StoredConfiguration(
                            engine == null ? USUAL_ENGINE : engine, mode(purpose), "", "", JsonObject.EMPTY));
        } catch (OperationMissingException e) {
            String what = "the runner at " + site.endpoint() + " can't tell how " + model
                    + " is configured, so nothing was changed: all that is not named would have been lost";
            throw new OperationMissingException(facts(what, model)
                    .cause(e)
                    .status(e.status().orElse(0))
                    .timeline(e.timeline())
                    .remedy("update the runner", "it is older than v1.0.10")
                    .remedy("docker model configure", "you want to set all there is to set")
                    .build());
        }
    }

    private static byte[] body(ModelName model, StoredConfiguration wanted) {
        return Json.write(json -> {
            json.writeStringProperty("model", model.text());
            json.writeStringProperty("mode", wanted.mode());
            wanted.settings().without("model").without("mode").writeTo(json);
        });
    }

    private ModelConfiguration checked(
            ModelName model,
            ConfigurationChange change,
            StoredConfiguration wanted,
            Optional<StoredConfiguration> after) {
        ModelConfiguration found = after.orElseGet(
                        () -> new StoredConfiguration(wanted.engine(), wanted.mode(), "", "", JsonObject.EMPTY))
                .value();
        List<Setting> lost = StoredConfiguration.differences(wanted.value(), found, change.settings());
        if (lost.isEmpty()) {
            return found;
        }
        String names = lost.stream().map(Setting::label).collect(Collectors.joining(", "));
        String what = "the runner at " + site.endpoint() + " took the configuration of " + model
                + ", but has not kept what was asked for: " + names;
        throw new OperationMissingException(facts(what, model)
                .remedy("update the runner", "it is too old to know the setting")
                .remedy("configure it again", "somebody else configured the model at the same time")
                .build());
    }

    private Failure.Builder facts(String what, ModelName model) {
        return Failure.of(what)
                .adapter(adapter.name())
                .endpoint(site.endpoint().toString())
                .model(model);
    }
}
