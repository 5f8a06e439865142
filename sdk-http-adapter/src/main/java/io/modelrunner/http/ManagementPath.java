package io.modelrunner.http;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Paths of the management API with a model in them.
 *
 * <p>The runner routes by the text of a path: a name must not leave its place, nor be an action, which a tag makes impossible.
 */
final class ManagementPath {
    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@-]*(?:/[A-Za-z0-9._:@-]+)*");

    private ManagementPath() {}

    // To be replaced by ModelName.qualified(), which has the same rule, once it is there.
    static String ofModel(ModelName name) {
        String whole = name.canonical();
        if (!SAFE.matcher(whole).matches() || whole.contains("..")) {
            throw new InvalidRequestException(
                    "model", "made of letters, digits, '.', '_', ':', '@', '-' and '/', without '..'", "another name");
        }
        return "/models/" + whole;
    }

    /** {@return the path with a model behind it as what is asked for} */
    static String withModel(String path, ModelName name) {
        return path + "?model=" + URLEncoder.encode(name.text(), StandardCharsets.UTF_8);
    }
}
