package io.modelrunner.store;

import io.modelrunner.ModelName;
import java.util.List;

/**
 * What was removed from a runner.
 *
 * @param untagged the names that are no more; immutable
 * @param deleted the ids of the models whose files are no more; empty if a model has other names still; immutable
 */
public record Removal(List<ModelName> untagged, List<String> deleted) {
    /**
     * Copies the lists.
     *
     * @param untagged the names that are no more; not null
     * @param deleted the ids of the models whose files are no more; not null
     */
    public Removal {
        untagged = List.copyOf(untagged);
        deleted = List.copyOf(deleted);
    }
}
