package io.modelrunner.testing;

import io.modelrunner.testing.internal.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request means: two that are equal ask for the same thing, however their JSON is laid out.
 *
 * @param method such as {@code POST}
 * @param path the path and the query
 * @param body the JSON; the text if it is none
 */
record AskedRequest(String method, String path, @Nullable Object body) {
    private static final int LONGEST = 60;

    static AskedRequest of(String method, String path, String body) {
        return new AskedRequest(method, path, meaning(body));
    }

    private static @Nullable Object meaning(String body) {
        Object json;
        try {
            json = Json.read(body);
        } catch (IllegalArgumentException e) {
            return body; // empty, a placeholder, or a test of what a runner says to such a thing
        }
        if (json instanceof Map<?, ?>) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>(Json.members(json));
            members.remove("stream_options"); // asks for counts; what was recorded has them or not
            members.remove("stream", false); // as if it were not there
            return members;
        }
        return json;
    }

    /** {@return whether the other goes to the same place, so that it makes sense to compare what is asked there} */
    boolean goesWhere(AskedRequest other) {
        return method.equals(other.method) && path.equals(other.path);
    }

    /** {@return a line for each member of the body that is not the same in what was recorded} */
    List<String> differencesFrom(AskedRequest recorded) {
        List<String> found = new ArrayList<>();
        compare("", body, recorded.body, found);
        return found;
    }

    private static void compare(String where, @Nullable Object asked, @Nullable Object recorded, List<String> found) {
        if (asked instanceof Map<?, ?> && recorded instanceof Map<?, ?>) {
            compareMembers(where, Json.members(asked), Json.members(recorded), found);
        } else if (asked instanceof List<?> some && recorded instanceof List<?> others) {
            for (int i = 0; i < Math.max(some.size(), others.size()); i++) {
                String item = where + "[" + i + "]";
                if (i >= some.size()) {
                    found.add(item + ": not asked, recorded " + shown(others.get(i)));
                } else if (i >= others.size()) {
                    found.add(item + ": asked " + shown(some.get(i)) + ", not recorded");
                } else {
                    compare(item, some.get(i), others.get(i), found);
                }
            }
        } else if (!Objects.equals(asked, recorded)) {
            String what = where.isEmpty() ? "the body" : where;
            found.add(what + ": asked " + shown(asked) + ", recorded " + shown(recorded));
        }
    }

    private static void compareMembers(
            String where,
            Map<String, @Nullable Object> asked,
            Map<String, @Nullable Object> recorded,
            List<String> found) {
        Set<String> names = new LinkedHashSet<>(asked.keySet());
        names.addAll(recorded.keySet());
        for (String name : names) {
            String member = where.isEmpty() ? name : where + "." + name;
            if (!asked.containsKey(name)) {
                found.add(member + ": not asked, recorded " + shown(recorded.get(name)));
            } else if (!recorded.containsKey(name)) {
                found.add(member + ": asked " + shown(asked.get(name)) + ", not recorded");
            } else {
                compare(member, asked.get(name), recorded.get(name), found);
            }
        }
    }

    private static String shown(@Nullable Object value) {
        String text = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
        String line = text.replace("\n", "\\n").replace("\r", "\\r");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    /** {@return the method and the path} */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
