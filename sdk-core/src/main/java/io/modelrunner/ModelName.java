package io.modelrunner;

import static java.util.Objects.requireNonNull;

import io.modelrunner.internal.Checks;
import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of a model, kept as it was typed.
 *
 * <p>{@link #canonical()} is what Docker Model Runner makes of it, by rules seen on the running server: {@code smollm2},
 * {@code ai/SmolLM2} and {@code index.docker.io/ai/smollm2:latest} are one model there. Other servers have rules of their
 * own, so names are equal only when their texts are.
 *
 * @param text the name as typed: 1 to 512 characters, no control characters, no white space at either end
 */
public record ModelName(String text) implements Serializable {
    private static final String LATEST = "latest";
    private static final String SEGMENT = "[A-Za-z0-9_](?:[A-Za-z0-9_-]|\\.(?!\\.))*";
    private static final String TAG = "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}";
    private static final Pattern SAFE = Pattern.compile(
            SEGMENT + "(?::\\d{1,5}(?=/))?(?:/" + SEGMENT + ")*(?::(?:" + TAG + ")?)?(?:@sha256:[0-9a-f]{64})?");
    private static final Pattern ID = Pattern.compile("sha256:[0-9a-f]{64}|[0-9a-f]{64}|[0-9a-f]{12}");

    /**
     * Checks the text.
     *
     * @param text 1 to 512 characters, no control characters, no white space at either end
     * @throws InvalidRequestException if it is out of bounds
     * @throws NullPointerException if it is null
     */
    public ModelName {
        Checks.length(requireNonNull(text, "model"), 1, 512, "model");
        boolean clean = text.equals(text.strip()) && text.chars().noneMatch(Character::isISOControl);
        Checks.that(clean, "model", "free of control characters and of white space at its ends", Checks.quoted(text));
    }

    /**
     * {@return the name}
     *
     * @param text the name as typed; not null
     * @throws InvalidRequestException if it is out of bounds
     */
    public static ModelName of(String text) {
        return new ModelName(text);
    }

    /**
     * {@return whether this looks like an id: {@code sha256:} and 64 hexadecimal digits, or 64 or 12 digits alone} Upper
     * case makes no id.
     */
    public boolean isId() {
        return ID.matcher(text).matches();
    }

    /**
     * {@return the name as Docker Model Runner stores it: registry, organisation, repository and tag} The registry is
     * {@code docker.io} and the organisation {@code ai} unless named, the tag {@code latest}; all but the tag is lower case.
     * An id is returned as it is.
     */
    public String canonical() {
        if (isId()) {
            return text;
        }
        String name = text.startsWith("hf.co/") ? "huggingface.co/" + text.substring("hf.co/".length()) : text;
        int digest = name.indexOf('@');
        if (digest >= 0) {
            return name.substring(digest + 1);
        }
        int last = name.lastIndexOf(':');
        int colon = last > name.lastIndexOf('/') ? last : -1;
        String tag = colon < 0 || colon == name.length() - 1 ? LATEST : name.substring(colon + 1);
        String repository = (colon < 0 ? name : name.substring(0, colon)).toLowerCase(Locale.ROOT);
        return withRegistry(repository) + ":" + tag;
    }

    /**
     * {@return the name with organisation and tag written out, or the id} Whoever puts a name into a path or a command uses
     * this: Docker Model Runner and its command take a bare {@code purge} for the order to remove everything, and the end of
     * {@code ai/tag} for an action (both tried); {@code ai/purge:latest} is a name and nothing else.
     *
     * @throws InvalidRequestException if the name has other characters than letters, digits, {@code . _ - / : @}, begins with
     *     something else than a letter, a digit or {@code _}, has {@code ..} or an empty part in it
     */
    public String qualified() {
        if (isId()) {
            return text;
        }
        Checks.that(
                SAFE.matcher(text).matches(),
                "model",
                "a name such as ai/smollm2:latest, of letters, digits and . _ - with / between its parts",
                Checks.quoted(text));
        String name = text.indexOf('/') < 0 ? "ai/" + text : text;
        if (name.indexOf('@') >= 0) {
            return name;
        }
        if (name.endsWith(":")) {
            return name + LATEST;
        }
        return name.lastIndexOf(':') > name.lastIndexOf('/') ? name : name + ":" + LATEST;
    }

    /**
     * {@return whether Docker Model Runner takes both names for the same model}
     *
     * @param other the other name; not null
     */
    public boolean sameAs(ModelName other) {
        return canonical().equals(other.canonical());
    }

    private static String withRegistry(String repository) {
        int slash = repository.indexOf('/');
        String first = slash < 0 ? "" : repository.substring(0, slash);
        boolean registry = first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
        if (!registry) {
            return "docker.io/" + (slash < 0 ? "ai/" : "") + repository;
        }
        boolean hub = first.equals("docker.io") || first.equals("index.docker.io");
        if (!hub) {
            return repository;
        }
        String rest = repository.substring(slash + 1);
        return "docker.io/" + (rest.indexOf('/') < 0 ? "ai/" : "") + rest;
    }

    /** {@return the name as typed} */
    @Override
    public String toString() {
        return text;
    }
}
