package io.modelrunner.http;

import io.modelrunner.ModelName;
import java.util.Locale;

/**
 * Names as Ollama takes them: the registry is {@code registry.ollama.ai}, the namespace {@code library} and the tag {@code latest}
 * unless named, and case says nothing (read in its documentation and source; {@code tiny} and {@code tiny:latest} recorded).
 */
final class OllamaName {
    private OllamaName() {}

    /** {@return the name as two spellings of it are compared} */
    static String canonical(ModelName model) {
        String name = model.text().toLowerCase(Locale.ROOT);
        int scheme = name.indexOf("://");
        if (scheme >= 0) {
            name = name.substring(scheme + 3);
        }
        boolean tagged = name.lastIndexOf(':') > name.lastIndexOf('/');
        String whole = tagged ? name : name + ":latest";
        long slashes = whole.chars().filter(c -> c == '/').count();
        if (slashes == 0) {
            return "registry.ollama.ai/library/" + whole;
        }
        return slashes == 1 ? "registry.ollama.ai/" + whole : whole;
    }
}
