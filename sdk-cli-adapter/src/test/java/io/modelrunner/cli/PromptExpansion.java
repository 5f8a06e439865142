package io.modelrunner.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the CLI does to a prompt before it is sent: files named behind an {@code @} are inserted, pictures are attached.
 *
 * <p>Texts are handled as bytes, one char each, as the real one looks at them.
 */
final class PromptExpansion {
    private static final String PICTURE = "\\.(?i:jpe?g|png|webp)";
    private static final String SPACE = "\\t\\n\\f\\r "; // no vertical tab: Java's \s has it
    private static final Pattern FILES =
            Pattern.compile("@(?:\"([^\"]+)\"|'([^']+)'|([^" + SPACE + "\"']+))", Pattern.DOTALL);
    private static final Pattern PICTURES = Pattern.compile("\"([^\"]+?" + PICTURE + ")\"|'([^']+?" + PICTURE + ")'"
            + "|((?:[a-zA-Z]:[/\\\\]|[/\\\\]|\\./)[^\\n\"']*?" + PICTURE + "(?![0-9A-Za-z_]))");
    private static final Pattern ESCAPE = Pattern.compile("\\\\([ ()\\[\\]{}$&;'\\\\*?~])");
    private static final Pattern TEMPLATE = Pattern.compile("\\$(?:\\$|(\\w+)|\\{(\\w+)\\})");

    private final List<String> pictures = new ArrayList<>();
    private final Path directory;
    private String prompt;

    private PromptExpansion(String prompt, Path directory) {
        this.prompt = prompt;
        this.directory = directory;
    }

    /**
     * {@return what is sent in place of a prompt, whose bytes are chars}
     *
     * @param directory where relative names begin
     */
    static PromptExpansion of(String prompt, Path directory) throws Failure {
        PromptExpansion expansion = new PromptExpansion(prompt, directory);
        expansion.insertFiles();
        try {
            expansion.attachPictures();
        } catch (Failure e) {
            throw e.in("failed to process images");
        }
        return expansion;
    }

    /** {@return the text, trimmed} */
    String text() {
        return trimmed(decoded(prompt));
    }

    /** {@return the data URIs of the pictures, in order} */
    List<String> pictures() {
        return pictures;
    }

    private void insertFiles() {
        for (String name : found(FILES)) {
            String path = unescaped(name);
            byte[] content;
            try {
                content = Files.readAllBytes(path(path));
            } catch (IOException | InvalidPathException e) {
                continue; // it stays as it stands
            }
            if (isPicture(content, path)) {
                continue;
            }
            String inserted = new String(content, ISO_8859_1);
            insert(name, inserted);
            insert(path, inserted);
        }
    }

    private void insert(String name, String content) {
        String quoted = Pattern.quote(name);
        replaceAll("@\"" + quoted + "\"", content);
        replaceAll("@'" + quoted + "'", content);
        replaceAll("(@" + quoted + ")([" + SPACE + "]|\\z)", content + "$2");
    }

    /** Replaces as Go does: what looks like the number or the name of a group in a file is taken for one. */
    private void replaceAll(String pattern, String template) {
        prompt = Pattern.compile(pattern).matcher(prompt).replaceAll(match -> {
            UnaryOperator<String> group =
                    name -> name.matches("[1-9]\\d{0,5}|0") && Integer.parseInt(name) <= match.groupCount()
                            ? match.group(Integer.parseInt(name))
                            : "";
            return Matcher.quoteReplacement(TEMPLATE.matcher(template).replaceAll(sign -> {
                String name = sign.group(1) == null ? sign.group(2) : sign.group(1);
                return Matcher.quoteReplacement(name == null ? "$" : group.apply(name));
            }));
        });
    }

    private void attachPictures() throws Failure {
        for (String name : found(PICTURES)) {
            String path = unescaped(name);
            byte[] content;
            try {
                content = bytes(path);
            } catch (Failure e) {
                String quoted = PlainJson.quote(decoded(path)).replace("\\u00", "\\x");
                throw e.in("couldn't process image " + quoted);
            }
            if (content.length > 0) {
                pictures.add("data:" + type(content) + ";base64,"
                        + Base64.getEncoder().encodeToString(content));
                prompt = prompt.replace("'" + path + "'", "")
                        .replace("'" + name + "'", "")
                        .replace(path, "")
                        .replace(name, "");
            }
        }
    }

    /** {@return the bytes of a file; none if there is no such file} */
    private byte[] bytes(String path) throws Failure {
        String shown = decoded(path);
        try (InputStream in = Files.newInputStream(path(path))) {
            byte[] content = in.readAllBytes();
            if (content.length == 0) {
                throw new Failure("EOF");
            }
            return content;
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (AccessDeniedException e) {
            throw new Failure("open " + shown + ": permission denied");
        } catch (FileSystemException e) {
            throw new Failure(
                    "open " + shown + ": " + String.valueOf(e.getReason()).toLowerCase(Locale.ROOT));
        } catch (InvalidPathException e) {
            throw new Failure("open " + shown + ": invalid argument");
        } catch (IOException e) {
            throw new Failure(
                    "read " + shown + ": " + String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT));
        }
    }

    private List<String> found(Pattern pattern) {
        List<String> found = new ArrayList<>();
        for (Matcher match = pattern.matcher(prompt); match.find(); ) {
            for (int group = 1; group <= 3; group++) {
                if (match.group(group) != null) {
                    found.add(match.group(group));
                }
            }
        }
        return found;
    }

    private static String unescaped(String name) {
        return ESCAPE.matcher(name).replaceAll(match -> Matcher.quoteReplacement(match.group(1)));
    }

    private Path path(String bytes) {
        return directory.resolve(new String(bytes.getBytes(ISO_8859_1), UTF_8));
    }

    private static boolean isPicture(byte[] content, String path) {
        return Pattern.compile(PICTURE + "\\z").matcher(path).find()
                || List.of("image/jpeg", "image/png", "image/webp").contains(type(content));
    }

    /** {@return the type that Go sees in the first 512 bytes, filled up with zeros; of other types only text and the rest} */
    private static String type(byte[] content) {
        String start = new String(content, 0, Math.min(512, content.length), ISO_8859_1);
        if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
            return "image/png";
        } else if (start.startsWith("\u00ff\u00d8\u00ff")) {
            return "image/jpeg";
        } else if (start.startsWith("RIFF") && start.startsWith("WEBPVP", 8)) {
            return "image/webp";
        } else if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
            return "image/gif";
        }
        boolean binary = start.length() < 512 || start.chars().anyMatch(PromptExpansion::isBinary);
        return binary ? "application/octet-stream" : "text/plain; charset=utf-8";
    }

    private static boolean isBinary(int c) {
        return c < ' ' && "\t\n\f\r\u001b".indexOf(c) < 0;
    }

    /** {@return the text of bytes; each byte that is no UTF-8 becomes U+FFFD, one for one} */
    static String decoded(String bytes) {
        byte[] all = bytes.getBytes(ISO_8859_1);
        String text = new String(all, UTF_8);
        if (text.indexOf('\uFFFD') < 0) {
            return text;
        }
        StringBuilder decoded = new StringBuilder();
        for (int at = 0; at < all.length; ) {
            int length = lengthAt(all, at);
            decoded.append(length == 0 ? "\uFFFD" : new String(all, at, length, UTF_8));
            at += Math.max(1, length);
        }
        return decoded.toString();
    }

    /** {@return how many bytes the character has that begins here; 0 if none does} */
    private static int lengthAt(byte[] bytes, int at) {
        for (int length = 1; length <= 4 && at + length <= bytes.length; length++) {
            String one = new String(bytes, at, length, UTF_8);
            if (one.codePointCount(0, one.length()) == 1
                    && one.getBytes(UTF_8).length == length
                    && (one.charAt(0) != '\uFFFD' || length == 3 && bytes[at] == (byte) 0xEF)) {
                return length;
            }
        }
        return 0;
    }

    private static String trimmed(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isSpace(char c) {
        return c >= '\t' && c <= '\r' || c == '\u0085' || Character.isSpaceChar(c);
    }
}
