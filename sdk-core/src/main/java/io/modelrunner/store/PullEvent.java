package io.modelrunner.store;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelName;

/**
 * News of a model that is on its way. The last event is {@link Done}.
 *
 * <p>Each event has the progress of the whole, so that a progress bar needs to look at nothing else. Of news that come faster
 * than they are read, the older ones of the same layer are left out.
 */
public sealed interface PullEvent {
    /** {@return the model, as typed} */
    ModelName model();

    /** {@return how far the whole is} */
    Progress progress();

    /** {@return how many bytes of the whole are there; never less than before} */
    default long completedBytes() {
        return progress().completed();
    }

    /** {@return how many bytes the whole has; 0 while that is not known} */
    default long totalBytes() {
        return progress().total();
    }

    /** {@return how much of the whole is there: 0 to 99, and 100 when it is done; never less than before} */
    default int percent() {
        return progress().percent();
    }

    /**
     * How far the whole is.
     *
     * @param completed bytes that are there; those of layers that were there before are not told by the runner
     * @param total bytes of all layers; 0 while that is not known
     * @param percent 0 to 99, and 100 when it is done
     */
    record Progress(long completed, long total, int percent) {
        /** Nothing is known yet. */
        public static final Progress NONE = new Progress(0, 0, 0);
    }

    /**
     * The pull began, or began again after the connection broke; what was downloaded before is not downloaded again.
     *
     * @param model the model
     * @param progress how far the whole is
     * @param attempt 1 for the first
     */
    record Started(ModelName model, Progress progress, int attempt) implements PullEvent {
        /**
         * Checks that nothing is null.
         *
         * @param model the model; not null
         * @param progress how far the whole is; not null
         * @param attempt 1 for the first
         */
        public Started {
            requireNonNull(model, "model");
            requireNonNull(progress, "progress");
        }
    }

    /**
     * A layer grew.
     *
     * @param model the model
     * @param progress how far the whole is
     * @param layer the layer's id, such as {@code sha256:…}
     * @param size bytes of the layer
     * @param current bytes of it that are there, never more than its size
     */
    record LayerProgress(ModelName model, Progress progress, String layer, long size, long current)
            implements PullEvent {
        /**
         * Checks that nothing is null.
         *
         * @param model the model; not null
         * @param progress how far the whole is; not null
         * @param layer the layer's id; not null
         * @param size bytes of the layer
         * @param current bytes of it that are there
         */
        public LayerProgress {
            requireNonNull(model, "model");
            requireNonNull(progress, "progress");
            requireNonNull(layer, "layer");
        }
    }

    /**
     * A step that is not about bytes, in the server's words, such as {@code Fetching file list...}
     *
     * @param model the model
     * @param progress how far the whole is
     * @param message what the server says
     */
    record Step(ModelName model, Progress progress, String message) implements PullEvent {
        /**
         * Checks that nothing is null.
         *
         * @param model the model; not null
         * @param progress how far the whole is; not null
         * @param message what the server says; not null
         */
        public Step {
            requireNonNull(model, "model");
            requireNonNull(progress, "progress");
            requireNonNull(message, "message");
        }
    }

    /**
     * Something that somebody should know, although the pull goes on.
     *
     * @param model the model
     * @param progress how far the whole is
     * @param message what it is
     */
    record Warning(ModelName model, Progress progress, String message) implements PullEvent {
        /**
         * Checks that nothing is null.
         *
         * @param model the model; not null
         * @param progress how far the whole is; not null
         * @param message what it is; not null
         */
        public Warning {
            requireNonNull(model, "model");
            requireNonNull(progress, "progress");
            requireNonNull(message, "message");
        }
    }

    /**
     * The model is there.
     *
     * @param model the model
     * @param progress 100 percent
     * @param message what the server says, such as {@code Using cached model: 256.35MiB}
     */
    record Done(ModelName model, Progress progress, String message) implements PullEvent {
        /**
         * Checks that nothing is null.
         *
         * @param model the model; not null
         * @param progress 100 percent; not null
         * @param message what the server says; not null
         */
        public Done {
            requireNonNull(model, "model");
            requireNonNull(progress, "progress");
            requireNonNull(message, "message");
        }
    }
}
