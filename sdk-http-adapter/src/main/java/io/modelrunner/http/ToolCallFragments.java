package io.modelrunner.http;

import io.modelrunner.chat.ToolCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts tool calls together from the fragments of a stream.
 *
 * <p>llama.cpp names id and function in a call's first fragment only and counts calls by {@code index} (recorded); others
 * repeat them in each fragment, or give every call the index 0, or no id at all.
 */
final class ToolCallFragments {
    private final List<Fragments> calls = new ArrayList<>(0);

    /** Adds a fragment; the texts are null where they are missing. */
    void add(int index, @Nullable String id, @Nullable String name, @Nullable String arguments) {
        Fragments call = callOf(index, id);
        if (call.id.isEmpty() && id != null) {
            call.id = id;
        }
        if (call.name.isEmpty() && name != null) {
            call.name = name;
        }
        if (arguments != null) {
            call.arguments.append(arguments);
        }
    }

    private Fragments callOf(int index, @Nullable String id) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            Fragments call = calls.get(i);
            boolean sameId = id == null || id.isEmpty() || call.id.isEmpty() || call.id.equals(id);
            if (sameId && call.index == index) {
                return call;
            }
        }
        Fragments call = new Fragments(index);
        calls.add(call);
        return call;
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /** {@return the calls so far, each with an id of its own; those without a name are left out} */
    List<ToolCall> calls() {
        List<ToolCall> whole = new ArrayList<>(calls.size());
        Set<String> ids = new HashSet<>();
        for (Fragments call : calls) {
            if (!call.name.isEmpty()) {
                String id = call.id.isEmpty() ? "call_" + whole.size() : call.id;
                while (!ids.add(id)) {
                    id += "_" + whole.size();
                }
                whole.add(new ToolCall(id, call.name, call.arguments.toString()));
            }
        }
        return whole;
    }

    /** What is known of one call. */
    private static final class Fragments {
        private final int index;
        private final StringBuilder arguments = new StringBuilder();
        private String id = "";
        private String name = "";

        Fragments(int index) {
            this.index = index;
        }
    }
}
