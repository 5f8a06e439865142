package io.modelrunner.internal;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/** Tells whether a text is one JSON object or value, so that a broken schema is refused where it was given. */
public final class JsonSyntax {
    private static final int DEEPEST = 64;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");

    private final String text;
    private int at;

    private JsonSyntax(String text) {
        this.text = text;
    }

    /** {@return the text, if it is a JSON object of at most {@code longest} characters} */
    public static String object(String json, int longest, String field) {
        Checks.length(requireNonNull(json, field), 2, longest, field);
        JsonSyntax syntax = new JsonSyntax(json);
        boolean whole = syntax.peek() == '{' && syntax.value(0) && syntax.peek() == 0 && syntax.at == json.length();
        Checks.that(whole, field, "a JSON object", "not one at character " + Math.min(syntax.at + 1, json.length()));
        return json;
    }

    /** {@return the text, if it is one JSON value of any kind, of at most {@code longest} characters} */
    public static String value(String json, int longest, String field) {
        Checks.length(requireNonNull(json, field), 1, longest, field);
        JsonSyntax syntax = new JsonSyntax(json);
        boolean whole = syntax.value(0) && syntax.peek() == 0 && syntax.at == json.length();
        Checks.that(whole, field, "a JSON value", "not one at character " + Math.min(syntax.at + 1, json.length()));
        return json;
    }

    private boolean value(int depth) {
        return depth <= DEEPEST
                && switch (peek()) {
                    case '{' -> members('}', depth, true);
                    case '[' -> members(']', depth, false);
                    case '"' -> string();
                    case 't' -> word("true");
                    case 'f' -> word("false");
                    case 'n' -> word("null");
                    default -> number();
                };
    }

    private boolean members(char end, int depth, boolean named) {
        at++;
        if (skip(end)) {
            return true;
        }
        do {
            if (named && !(peek() == '"' && string() && skip(':'))) {
                return false;
            }
            if (!value(depth + 1)) {
                return false;
            }
        } while (skip(','));
        return skip(end);
    }

    private boolean string() {
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return true;
            }
            if (c < ' ' || (c == '\\' && !escape())) {
                return false;
            }
        }
        return false;
    }

    private boolean escape() {
        at++;
        if (at < text.length() && text.charAt(at) == 'u') {
            at += 4;
            return at < text.length()
                    && text.substring(at - 3, at + 1).chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
        }
        return at < text.length() && "\"\\/bfnrt".indexOf(text.charAt(at)) >= 0;
    }

    private boolean word(String word) {
        boolean there = text.startsWith(word, at);
        at += there ? word.length() : 0;
        return there;
    }

    private boolean number() {
        var matcher = NUMBER.matcher(text).region(at, text.length());
        boolean there = matcher.lookingAt();
        at = there ? matcher.end() : at;
        return there;
    }

    private boolean skip(char expected) {
        boolean there = peek() == expected;
        at += there ? 1 : 0;
        return there;
    }

    /** The next character that is not white space, 0 at the end. */
    private char peek() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }
}
