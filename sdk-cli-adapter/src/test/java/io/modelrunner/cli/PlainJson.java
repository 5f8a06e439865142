package io.modelrunner.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** As much of JSON as the scripted {@code docker} needs: it starts in a fraction of the time without a library. */
final class PlainJson {
    private final String text;
    private int at;

    private PlainJson(String text) {
        this.text = text;
    }

    /**
     * {@return maps, lists, strings, doubles, booleans or null}
     *
     * @throws Failure in the words of the real CLI if it is no JSON
     */
    static @Nullable Object read(String text) throws Failure {
        PlainJson json = new PlainJson(text);
        Object value = json.value();
        json.space();
        if (json.at < text.length()) {
            throw json.invalid("after top-level value");
        }
        return value;
    }

    /** {@return a text as JSON, quotes included} */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private @Nullable Object value() throws Failure {
        space();
        char c = peek();
        if (c == '{') {
            return object();
        } else if (c == '[') {
            return array();
        } else if (c == '"') {
            return string();
        }
        int from = at;
        while (at < text.length() && "+-.0123456789abcdefghijklmnopqrstuvwxyzE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return literal(text.substring(from, at));
    }

    private @Nullable Object literal(String word) throws Failure {
        switch (word) {
            case "null":
                return null;
            case "true":
            case "false":
                return Boolean.valueOf(word);
            default:
                try {
                    return Double.valueOf(word);
                } catch (NumberFormatException e) {
                    throw at < text.length() ? invalid("looking for beginning of value") : ended();
                }
        }
    }

    private Map<String, @Nullable Object> object() throws Failure {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        expect('{');
        if (next('}')) {
            return members;
        }
        do {
            space();
            String name = string();
            expect(':');
            members.put(name, value());
        } while (next(','));
        expect('}');
        return members;
    }

    private List<@Nullable Object> array() throws Failure {
        List<@Nullable Object> items = new ArrayList<>();
        expect('[');
        if (next(']')) {
            return items;
        }
        do {
            items.add(value());
        } while (next(','));
        expect(']');
        return items;
    }

    private String string() throws Failure {
        expect('"');
        StringBuilder string = new StringBuilder();
        for (char c = take(); c != '"'; c = take()) {
            string.append(c == '\\' ? escaped(take()) : c);
        }
        return string.toString();
    }

    private char escaped(char c) throws Failure {
        int known = "bfnrt".indexOf(c);
        if (known >= 0) {
            return "\b\f\n\r\t".charAt(known);
        }
        return c == 'u' ? (char) Integer.parseInt("" + take() + take() + take() + take(), 16) : c;
    }

    private boolean next(char c) throws Failure {
        space();
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char c) throws Failure {
        if (!next(c)) {
            throw invalid("instead of '" + c + "'");
        }
    }

    private char take() throws Failure {
        char c = peek();
        at++;
        return c;
    }

    private char peek() throws Failure {
        if (at >= text.length()) {
            throw ended();
        }
        return text.charAt(at);
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private Failure ended() {
        return new Failure("unexpected end of JSON input");
    }

    private Failure invalid(String where) {
        return new Failure("invalid character '" + text.charAt(at) + "' " + where);
    }
}
