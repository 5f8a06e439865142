package io.modelrunner.chat;

import static java.util.Objects.requireNonNull;

import io.modelrunner.internal.Checks;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/** A part of a user's message: text or a picture. */
public sealed interface ContentPart {
    /**
     * {@return a text}
     *
     * @param text 1 to 10,485,760 characters; not null
     */
    static ContentPart text(String text) {
        return new Text(text);
    }

    /**
     * {@return a picture from its bytes}
     *
     * @param mediaType {@code image/png}, {@code image/jpeg}, {@code image/gif} or {@code image/webp}
     * @param bytes the file's content, 1 to 7,864,320 bytes; copied
     */
    static ContentPart image(String mediaType, byte[] bytes) {
        return Image.of(mediaType, bytes);
    }

    /**
     * A text.
     *
     * @param text 1 to 10,485,760 characters
     */
    record Text(String text) implements ContentPart {
        /**
         * Checks the length.
         *
         * @param text 1 to 10,485,760 characters
         */
        public Text {
            Checks.length(text, 1, Checks.LONGEST_TEXT, "text part");
        }

        /** {@return the length, not the text: prompts don't belong in logs} */
        @Override
        public String toString() {
            return "Text[" + text.length() + " characters]";
        }
    }

    /**
     * A picture, as a data URL, or as an http or https URL that <em>the server</em> fetches.
     *
     * @param url the URL: {@code data:image/png;base64,…}, or http(s) of at most 8,192 characters
     */
    record Image(String url) implements ContentPart {
        private static final Set<String> TYPES = Set.of("image/png", "image/jpeg", "image/gif", "image/webp");
        private static final int MOST_BYTES = 7_864_320; // 10 MiB of base64: the runner's limit of a request

        /**
         * Checks the form.
         *
         * @param url the URL: {@code data:image/png;base64,…}, or http(s) of at most 8,192 characters
         */
        public Image {
            requireNonNull(url, "url");
            if (url.startsWith("data:")) {
                int comma = url.indexOf(";base64,");
                String type = comma < 0 ? "" : url.substring("data:".length(), comma);
                Checks.that(
                        TYPES.contains(type),
                        "image type",
                        types(),
                        type.isEmpty() ? "not named" : Checks.quoted(type));
                int base64 = url.length() - comma - ";base64,".length();
                Checks.between(base64 / 4L * 3, 1, MOST_BYTES, "image bytes");
            } else {
                String start = url.substring(0, Math.min(8, url.length())).toLowerCase(Locale.ROOT);
                boolean web = start.startsWith("http://") || start.equals("https://");
                Checks.that(web, "image url", "a data, http or https URL", "another one");
                Checks.length(url, 8, 8_192, "image url");
            }
        }

        /**
         * {@return a picture from its bytes}
         *
         * @param mediaType {@code image/png}, {@code image/jpeg}, {@code image/gif} or {@code image/webp}
         * @param bytes the file's content, 1 to 7,864,320 bytes
         */
        public static Image of(String mediaType, byte[] bytes) {
            requireNonNull(mediaType, "mediaType");
            Checks.that(TYPES.contains(mediaType), "image type", types(), Checks.quoted(mediaType));
            Checks.between(bytes.length, 1, MOST_BYTES, "image bytes");
            return new Image(
                    "data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(bytes));
        }

        private static String types() {
            return "image/png, image/jpeg, image/gif or image/webp";
        }

        /** {@return the kind and length, not the picture} */
        @Override
        public String toString() {
            return "Image[" + url.length() + " characters]";
        }
    }
}
