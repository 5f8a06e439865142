package io.modelrunner.testing.fake;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a model as the runner understands it: fully qualified, with a tag.
 *
 * @param repository such as {@code docker.io/ai/tiny}
 * @param tag such as {@code latest}
 */
record ModelReference(String repository, String tag) {
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9.-]+(?::\\d+)?(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)+");

    private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");

    /** {@return what a text refers to, by the strict rules; empty if it is no reference} A digest is left out. */
    static Optional<ModelReference> parse(String text) {
        String name = shortForm(text);
        int digest = name.indexOf('@');
        name = digest < 0 ? name : name.substring(0, digest);
        int colon = name.indexOf(':', name.lastIndexOf('/') + 1);
        String tag = colon < 0 || colon == name.length() - 1 ? "latest" : name.substring(colon + 1);
        String repository = qualified((colon < 0 ? name : name.substring(0, colon)).toLowerCase(Locale.ROOT));
        boolean valid =
                REPOSITORY.matcher(repository).matches() && TAG.matcher(tag).matches();
        return valid ? Optional.of(new ModelReference(repository, tag)) : Optional.empty();
    }

    /** {@return the text with organisation, as the runner's messages show it} */
    static String shortForm(String text) {
        String name = text.strip();
        name = name.startsWith("hf.co/") ? "huggingface.co/" + name.substring("hf.co/".length()) : name;
        return name.contains("/") || name.isEmpty() ? name : "ai/" + name;
    }

    private static String qualified(String name) {
        String first = name.substring(0, Math.max(0, name.indexOf('/')));
        boolean registry = first.contains(".") || first.contains(":") || first.equals("localhost");
        if (!registry) {
            return "docker.io/" + name;
        }
        if (!first.equals("docker.io") && !first.equals("index.docker.io")) {
            return name;
        }
        String path = name.substring(first.length() + 1);
        return "docker.io/" + (path.contains("/") ? path : "ai/" + path);
    }

    /** {@return the text before the path, such as {@code localhost:5000}} */
    String registry() {
        return repository.substring(0, repository.indexOf('/'));
    }

    /** {@return the text behind the registry, such as {@code ai/tiny}} */
    String path() {
        return repository.substring(repository.indexOf('/') + 1);
    }

    /** {@return the last part of the name, by which alone an inspection finds it} */
    String lastSegment() {
        return repository.substring(repository.lastIndexOf('/') + 1);
    }

    /** {@return repository and tag, as they are stored} */
    @Override
    public String toString() {
        return repository + ":" + tag;
    }
}
