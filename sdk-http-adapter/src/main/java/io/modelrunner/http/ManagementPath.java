package io.modelrunner.http;

import io.modelrunner.ModelName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Paths of the management API with a model in them.
 *
 * <p>The runner routes by the text of a path: a name must not leave its place, nor be an action, which a tag makes impossible.
 */
final class ManagementPath {
    private ManagementPath() {}

    /** {@return the path of a model} */
    static String ofModel(ModelName name) {
        return "/models/" + name.qualified();
    }

    /** {@return the path with a model behind it as what is asked for} */
    static String withModel(String path, ModelName name) {
        return path + "?model=" + URLEncoder.encode(name.text(), StandardCharsets.UTF_8);
    }
}
