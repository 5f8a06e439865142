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
    private static final String PART = "[A-Za-z0-9_](?:[A-Za-z0-9_-]|\\.(?!\\.))*";
    private static final Pattern SAFE = Pattern.compile(
            PART + "(?::\\d{1,5}(?=/))?(?:/" + PART + ")*(?::[A-Za-z0-9._-]{0,128})?(?:@sha256:[0-9a-f]{64})?");

    private ManagementPath() {}

    // To be replaced by "/models/" + name.qualified(), which has the same rule, once ModelName has it.
    static String ofModel(ModelName name) {
        String text = name.text();
        if (!name.isId() && !SAFE.matcher(text).matches()) {
            throw new InvalidRequestException(
                    "model",
                    "a name such as ai/smollm2:latest, of letters, digits and . _ - with / between its parts",
                    '"' + text + '"');
        }
        String whole = name.isId() || text.indexOf('/') >= 0 ? text : "ai/" + text;
        boolean tagged = name.isId() || whole.indexOf('@') >= 0 || whole.lastIndexOf(':') > whole.lastIndexOf('/');
        return "/models/" + whole + (whole.endsWith(":") ? "latest" : tagged ? "" : ":latest");
    }

    /** {@return the path with a model behind it as what is asked for} */
    static String withModel(String path, ModelName name) {
        return path + "?model=" + URLEncoder.encode(name.text(), StandardCharsets.UTF_8);
    }
}
