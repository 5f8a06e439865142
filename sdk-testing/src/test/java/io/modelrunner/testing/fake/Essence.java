package io.modelrunner.testing.fake;

import io.modelrunner.testing.internal.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What remains of a body when ids, times, paths and numbers of bytes, tokens and milliseconds are put aside.
 *
 * <p>The events of a stream become their kinds: several of one kind in a row count as one, and the text that they carry is
 * joined.
 */
final class Essence {
    /** Numbers that are no measurement. */
    private static final Set<String> TELLING = Set.of(
            "code",
            "context-size",
            "context_size",
            "context_window",
            "count",
            "index",
            "n_ctx",
            "n_prompt_tokens",
            "status_code",
            "unloaded_runners");

    /** What a model says in a stream, piece by piece. */
    private static final Set<String> PIECES =
            Set.of("content", "reasoning_content", "text", "arguments", "delta", "response");

    private static final List<Map.Entry<Pattern, String>> ASIDE = List.of(
            Map.entry(Pattern.compile("[0-9a-f]{64}(_\\d+)?"), "<digest>"),
            Map.entry(Pattern.compile("(chatcmpl-|resp_|msg_|item_)\\w+"), "$1<id>"),
            Map.entry(Pattern.compile("^[A-Za-z0-9]{32}$"), "<id>"),
            Map.entry(Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z"), "<time>"),
            Map.entry(Pattern.compile("\\d+(\\.\\d\\d)? ?(KiB|MiB|MB|B)"), "<size>"),
            Map.entry(Pattern.compile("b11669-\\w+"), "<build>"));

    private final boolean stream;
    private final StringBuilder said = new StringBuilder();

    private Essence(boolean stream) {
        this.stream = stream;
    }

    static List<Object> of(String body, String contentType) {
        String text = body.replace("&#34;", "\"").replace("&#39;", "'");
        boolean events = text.startsWith("data: ") || text.startsWith("event: ");
        boolean lines = !events && text.startsWith("{") && text.strip().contains("}\n");
        if (!events && !lines) {
            return List.of(new Essence(false).read(text));
        }
        Essence essence = new Essence(true);
        List<Object> kinds = new ArrayList<>();
        for (String line : text.split("\n+", -1)) {
            Object kind = essence.read(line.startsWith("data: ") ? line.substring("data: ".length()) : line);
            if (kinds.isEmpty() || !kinds.get(kinds.size() - 1).equals(kind)) {
                kinds.add(kind);
            }
        }
        kinds.add(essence.said.toString());
        return kinds;
    }

    private Object read(String text) {
        try {
            return of("", Json.read(text));
        } catch (IllegalArgumentException e) {
            return aside(text);
        }
    }

    private Object of(String name, Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> members = new TreeMap<>();
            map.forEach((member, each) -> members.put(String.valueOf(member), of(String.valueOf(member), each)));
            return members;
        }
        if (value instanceof List<?> list) {
            boolean vector = name.equals("embedding") || name.equals("bytes");
            return vector
                    ? "<vector>"
                    : list.stream().map(each -> of(name, each)).toList();
        }
        if (value instanceof Number) {
            return TELLING.contains(name) ? value : "<number>";
        }
        if (value instanceof String text) {
            return string(name, text);
        }
        return String.valueOf(value);
    }

    private Object string(String name, String text) {
        if (stream && PIECES.contains(name)) {
            said.append(text);
            return "<piece>";
        }
        if (name.equals("token") || name.equals("embedding")) {
            return "<" + name + ">";
        }
        return text.startsWith("{") && text.endsWith("}") ? read(text) : aside(text);
    }

    private static String aside(String text) {
        String rest = text;
        for (Map.Entry<Pattern, String> each : ASIDE) {
            rest = each.getKey().matcher(rest).replaceAll(each.getValue());
        }
        return rest;
    }
}
