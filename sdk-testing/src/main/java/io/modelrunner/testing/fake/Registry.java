package io.modelrunner.testing.fake;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What there is to pull: all registries that the runner can reach, as one. */
final class Registry {
    private final Map<String, OfferedModel> models = new LinkedHashMap<>();

    synchronized void offer(OfferedModel model) {
        models.put(model.reference().toString(), model);
    }

    /**
     * {@return the model of that name}
     *
     * @throws Refusal as a registry refuses: 404 if there is none, 401 if the token is not the right one
     */
    synchronized OfferedModel find(ModelReference reference, @Nullable String token) {
        OfferedModel model = models.get(reference.toString());
        if (model == null) {
            throw new Refusal(404, "Model not found");
        }
        if (model.token() != null && !model.token().equals(token)) {
            throw new Refusal(401, "Unauthorized");
        }
        return model;
    }
}
