package io.modelrunner.cli;

import io.modelrunner.Failure;
import io.modelrunner.ModelName;
import java.util.regex.Pattern;

/**
 * Keeps {@code docker model run} from taking parts of a prompt for files.
 *
 * <p>Without {@code --openaiurl} the command replaces {@code @name} by the content of that file, and attaches what looks like the path of a
 * picture; there is no way to escape either. Of some hundred hostile prompts tried on the real command all that were changed have what
 * is looked for here.
 */
final class PromptGuard {
    private static final Pattern PICTURE = Pattern.compile("\\.(?=jpe?g|png|webp)", Pattern.CASE_INSENSITIVE);
    private static final String JOINER = "\u2060";

    private PromptGuard() {}

    /** {@return whether the command could take a part of the text for a file} */
    static boolean isUnsafe(String text) {
        return text.indexOf('@') >= 0 || PICTURE.matcher(text).find();
    }

    /**
     * {@return the text with a word joiner, which is not seen but which the model gets, where the command looks for the name of a file}
     */
    static String neutralized(String text) {
        return PICTURE.matcher(text.replace("@", "@" + JOINER)).replaceAll("." + JOINER);
    }

    /** {@return why a prompt is not sent} */
    static UnsafePromptException refusal(ModelName model, String road) {
        String what =
                "the prompt has an '@' or the ending of a picture's name in it, which docker model run could take for a file and"
                        + " replace by its content; " + road;
        return new UnsafePromptException(Failure.of(what)
                .adapter(CliAdapter.NAME)
                .model(model)
                .remedy("HttpAdapter.at(…)", "the runner can be reached over HTTP, which carries any text")
                .remedy(
                        "docker desktop enable model-runner --tcp 12434",
                        "you use Docker Desktop: the command can then be told to send the text as it is")
                .remedy(
                        "CliAdapter.builder().neutralizePrompts(true)",
                        "the model may see a word joiner in such places")
                .build());
    }
}
