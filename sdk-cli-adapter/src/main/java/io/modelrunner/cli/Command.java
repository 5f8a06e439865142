package io.modelrunner.cli;

import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.control.KeepAlive;
import io.modelrunner.control.RunningModel;
import io.modelrunner.store.DiskUsage;
import io.modelrunner.store.Removal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs to its end: its arguments, and what its output means.
 *
 * <p>An old {@code docker model} prints its help and reports success for a command that it doesn't know (recorded), so every result has a
 * shape that is checked. Names travel {@linkplain ModelName#qualified() qualified}: the command takes some bare ones for orders.
 *
 * @param <T> the result
 */
sealed interface Command<T> {
    /** {@return the arguments behind {@code docker model}} */
    List<String> arguments();

    /**
     * {@return what the output means}
     *
     * @param printed of a command that reported success
     */
    T result(Printed printed);

    /** {@return the model it is about, null if it is about none} */
    default @Nullable ModelName model() {
        return null;
    }

    /** The models that are there. */
    record ListModels() implements Command<List<Model>> {
        @Override
        public List<String> arguments() {
            return List.of("list", "--json");
        }

        @Override
        public List<Model> result(Printed printed) {
            JsonTree models = JsonTree.in(printed.output())
                    .filter(JsonTree::isList)
                    .orElseThrow(() -> Shape.missing(printed, "a list of models"));
            List<Model> found = StoredModels.list(models);
            if (found.isEmpty() && !models.elements().isEmpty()) {
                throw Shape.missing(printed, "a list of models");
            }
            return found;
        }
    }

    /** One model, here or in its registry. */
    record Inspect(ModelName model, boolean remote) implements Command<Model> {
        @Override
        public List<String> arguments() {
            return remote ? List.of("inspect", "-r", model.qualified()) : List.of("inspect", model.qualified());
        }

        @Override
        public Model result(Printed printed) {
            return JsonTree.in(printed.output())
                    .filter(json -> json.get("id").text().isPresent()
                            || json.get("config").isObject())
                    .flatMap(json -> StoredModels.model(json, model))
                    .orElseThrow(() -> Shape.missing(printed, "a description of a model"));
        }
    }

    /** Where the runner is, and how. */
    record Status() implements Command<CliStatus> {
        @Override
        public List<String> arguments() {
            return List.of("status", "--json");
        }

        @Override
        public CliStatus result(Printed printed) {
            return JsonTree.in(printed.output())
                    .flatMap(CliStatus::read)
                    .orElseThrow(() -> Shape.missing(printed, "the status of a runner"));
        }
    }

    /** The versions of the command and the runner. */
    record Versions() implements Command<ToolVersion> {
        @Override
        public List<String> arguments() {
            return List.of("version");
        }

        @Override
        public ToolVersion result(Printed printed) {
            return ToolVersion.read(printed.output()).orElseThrow(() -> Shape.missing(printed, "versions"));
        }
    }

    /** How much room there is taken. */
    record Df() implements Command<DiskUsage> {
        @Override
        public List<String> arguments() {
            return List.of("df");
        }

        @Override
        public DiskUsage result(Printed printed) {
            Table table = Table.in(printed.output(), "TYPE", "SIZE")
                    .orElseThrow(() -> Shape.missing(printed, "a table of what takes room"));
            OptionalLong models = size(table, "Models");
            if (models.isEmpty()) {
                throw Shape.missing(printed, "a table of what takes room");
            }
            return new DiskUsage(
                    models.getAsLong(), size(table, "Inference engine").orElse(0));
        }

        private static OptionalLong size(Table table, String type) {
            return table.rows().stream()
                    .filter(row -> type.equals(row.get("TYPE")))
                    .map(row -> Bytes.parse(row.getOrDefault("SIZE", "")))
                    .findFirst()
                    .orElse(OptionalLong.empty());
        }
    }

    /** Removes a name of a model, or all of them. */
    record Remove(ModelName model, boolean force) implements Command<Removal> {
        private static final Pattern LINE = Pattern.compile("(Untagged|Deleted): (\\S+)");

        @Override
        public List<String> arguments() {
            return force ? List.of("rm", "-f", model.qualified()) : List.of("rm", model.qualified());
        }

        @Override
        public Removal result(Printed printed) {
            List<ModelName> untagged = new ArrayList<>();
            List<String> deleted = new ArrayList<>();
            Matcher line = LINE.matcher(printed.output());
            while (line.find()) {
                if (line.group(1).equals("Deleted")) {
                    deleted.add(line.group(2));
                } else {
                    untagged.add(ModelName.of(line.group(2)));
                }
            }
            if (untagged.isEmpty() && deleted.isEmpty()) {
                throw Shape.missing(printed, "what was removed");
            }
            return new Removal(untagged, deleted);
        }
    }

    /** Gives a model a further name. */
    record Tag(ModelName model, ModelName target) implements Command<Boolean> {
        @Override
        public List<String> arguments() {
            return List.of("tag", model.qualified(), target.qualified());
        }

        @Override
        public Boolean result(Printed printed) {
            return Shape.says(printed, "tagged successfully");
        }
    }

    /** Makes a model of a file. */
    record Pack(Path gguf, ModelName model) implements Command<Boolean> {
        @Override
        public List<String> arguments() {
            return List.of("package", "--gguf", gguf.toAbsolutePath().toString(), model.qualified());
        }

        @Override
        public Boolean result(Printed printed) {
            return Shape.says(printed, "Model loaded successfully");
        }
    }

    /** Makes a model of another context size out of a model. */
    record Repack(ModelName model, ModelName target, int contextTokens) implements Command<Boolean> {
        @Override
        public List<String> arguments() {
            String size = String.valueOf(contextTokens);
            return List.of("package", "--from", model.qualified(), "--context-size", size, target.qualified());
        }

        @Override
        public Boolean result(Printed printed) {
            return Shape.says(printed, "successfully");
        }
    }

    /** Removes all models. */
    record Purge() implements Command<Boolean> {
        @Override
        public List<String> arguments() {
            return List.of("purge", "-f");
        }

        /** It says nothing when all went well. */
        @Override
        public Boolean result(Printed printed) {
            return Shape.silent(printed);
        }
    }

    /** Ends the processes of a model, or of all. */
    record Unload(@Nullable ModelName model) implements Command<Integer> {
        private static final Pattern COUNT = Pattern.compile("Unloaded (\\d{1,9}) model");

        @Override
        public List<String> arguments() {
            return model == null ? List.of("unload", "--all") : List.of("unload", model.qualified());
        }

        @Override
        public Integer result(Printed printed) {
            Matcher count = COUNT.matcher(printed.output());
            if (count.find()) {
                return Integer.valueOf(count.group(1));
            }
            if (printed.output().contains("models are running")
                    || printed.output().contains("model(s) running")) {
                return 0;
            }
            throw Shape.missing(printed, "how many models were unloaded");
        }
    }

    /** Looks for models in Docker Hub and Hugging Face. */
    record Search(String term, int most) implements Command<List<FoundModel>> {
        @Override
        public List<String> arguments() {
            return List.of("search", "--json", "-n", String.valueOf(most), "--", term);
        }

        /** Where nothing is found it says so in words, also when asked for JSON (read in its source). */
        @Override
        public List<FoundModel> result(Printed printed) {
            if (printed.output().startsWith("No models found")) {
                return List.of();
            }
            JsonTree found = JsonTree.in(printed.output())
                    .filter(JsonTree::isList)
                    .orElseThrow(() -> Shape.missing(printed, "a list of models"));
            return found.elements().stream()
                    .flatMap(entry -> FoundModel.read(entry).stream())
                    .toList();
        }
    }

    /** Loads a model, so that it is there when it is needed. */
    record Preload(ModelName model) implements Command<Boolean> {
        @Override
        public List<String> arguments() {
            return List.of("run", "--detach", "--", model.qualified());
        }

        @Override
        public Boolean result(Printed printed) {
            return Shape.silent(printed);
        }
    }

    /** What is loaded, or being loaded. */
    record Running() implements Command<List<RunningModel>> {
        @Override
        public List<String> arguments() {
            return List.of("ps");
        }

        @Override
        public List<RunningModel> result(Printed printed) {
            Table table = Table.in(printed.output(), "MODEL NAME", "BACKEND", "MODE", "UNTIL")
                    .orElseThrow(() -> Shape.missing(printed, "a table of what runs"));
            return table.rows().stream()
                    .filter(row -> !row.getOrDefault("MODEL NAME", "").isEmpty())
                    .map(Running::model)
                    .toList();
        }

        private static RunningModel model(Map<String, String> row) {
            String until = row.getOrDefault("UNTIL", "");
            return RunningModel.builder(ModelName.of(row.getOrDefault("MODEL NAME", "")))
                    .engine(row.get("BACKEND"))
                    .mode(row.get("MODE"))
                    .loading(until.startsWith("Loading"))
                    .keepAlive(until.equals("Forever") ? KeepAlive.forever() : null)
                    .build();
        }
    }

    /** Stores settings for a model, in place of all that were stored. */
    record Configure(ModelName model, CliConfigurations.Settings settings) implements Command<Boolean> {
        @Override
        public List<String> arguments() {
            List<String> arguments = new ArrayList<>(List.of("configure"));
            arguments.addAll(settings.options());
            arguments.add(model.qualified());
            if (!settings.flags().isEmpty()) {
                arguments.add("--");
                arguments.addAll(settings.flags());
            }
            return arguments;
        }

        @Override
        public Boolean result(Printed printed) {
            return Shape.silent(printed);
        }
    }

    /** What is stored for a model, or for all. */
    record ShowConfigurations(@Nullable ModelName model) implements Command<List<JsonTree>> {
        @Override
        public List<String> arguments() {
            return model == null ? List.of("configure", "show") : List.of("configure", "show", model.qualified());
        }

        @Override
        public List<JsonTree> result(Printed printed) {
            return JsonTree.in(printed.output())
                    .filter(JsonTree::isList)
                    .orElseThrow(() -> Shape.missing(printed, "a list of configurations"))
                    .elements();
        }
    }
}
