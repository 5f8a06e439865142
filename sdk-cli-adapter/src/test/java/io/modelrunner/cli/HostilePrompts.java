package io.modelrunner.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Texts that try to make {@code docker model run} open files; the same for the same seed. */
final class HostilePrompts {
    private static final List<String> PIECES = List.of(
            "@",
            "@@",
            "@ ",
            "@\u200B",
            "\\@",
            "@~/",
            "@$HOME/",
            "@file://",
            "＠",
            "\"",
            "'",
            "`",
            " ",
            "  ",
            "\n",
            "\r\n",
            "\t",
            "\u00A0",
            "\u0085",
            "\uFEFF",
            "\u0000",
            "\u001b[1m",
            ".",
            ",",
            ")",
            "(",
            "<",
            "/",
            "./",
            "../",
            "C:\\",
            "\\ ",
            "and/or",
            "user@host.example",
            "say ",
            "ü",
            "€",
            "😀",
            "--",
            "-x",
            "--openaiurl",
            "$1",
            "${HOME}",
            "%s",
            ".PNG",
            ".png",
            ".Jpeg",
            ".jpg",
            ".webp",
            ".gif",
            "p.png",
            "@/proc/self/environ",
            "@\"/proc/self/environ\"",
            "\u2060",
            "long".repeat(80),
            "https://h/");

    private HostilePrompts() {}

    /**
     * {@return some hundred texts}
     *
     * @param canary a file whose content must not get out
     * @param picture a file that would be attached
     */
    static List<String> of(long seed, int count, Path canary, Path picture) {
        List<String> prompts = new ArrayList<>(List.of(
                "@" + canary,
                "x@" + canary + "\n",
                "see @\"" + canary + "\" ok",
                "@'" + canary + "'.",
                picture.toString(),
                "what is " + picture + "?",
                "'" + picture + "'",
                "[" + picture + "]",
                "@" + canary.getFileName(),
                "./" + picture.getFileName(),
                "@/proc/self/environ",
                "@/proc/self/cwd/../" + canary.getFileName()));
        Random random = new Random(seed);
        List<String> pieces = new ArrayList<>(PIECES);
        pieces.addAll(List.of("@" + canary, canary.toString(), picture.toString(), "./" + picture.getFileName()));
        while (prompts.size() < count) {
            StringBuilder prompt = new StringBuilder();
            for (int left = 1 + random.nextInt(6); left > 0; left--) {
                prompt.append(pieces.get(random.nextInt(pieces.size())));
            }
            prompts.add(prompt.toString());
        }
        return prompts;
    }
}
