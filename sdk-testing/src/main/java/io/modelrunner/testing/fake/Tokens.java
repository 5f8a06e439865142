package io.modelrunner.testing.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts text into pieces, nearly as the tokenizer of the tiny model does. */
final class Tokens {
    private static final Pattern PIECE = Pattern.compile(" ?\\p{L}+|.", Pattern.DOTALL);

    private Tokens() {}

    static List<String> of(String text) {
        List<String> pieces = new ArrayList<>();
        Matcher piece = PIECE.matcher(text);
        while (piece.find()) {
            pieces.add(piece.group());
        }
        return pieces;
    }

    static int count(String text) {
        int count = 0;
        Matcher piece = PIECE.matcher(text);
        while (piece.find()) {
            count++;
        }
        return count;
    }
}
