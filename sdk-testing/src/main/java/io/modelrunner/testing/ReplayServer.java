package io.modelrunner.testing;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers what was recorded; to all else it says which recorded request is the nearest. */
final class ReplayServer implements Script, AutoCloseable {
    private static final int MOST_SHOWN = 8;
    private static final Pattern API = Pattern.compile("(.*?)/(?:chat/completions|completions|embeddings|models)");

    /** How an adapter's exception is known to come from here: these words are in its message. */
    private static final Pattern UNRECORDED = Pattern.compile("request (\\d+) of this replay was not recorded");

    private final String source;
    private final String basePath;
    private final int size;
    private final Map<AskedRequest, Deque<Recording>> recorded = new LinkedHashMap<>(); // guarded by itself
    private final List<String> unrecorded = new ArrayList<>(); // guarded by recorded
    private final ScriptedServer server;

    /** @param source where the recordings are from, for messages */
    ReplayServer(String source, List<Recording> recordings) {
        this.source = source;
        this.size = recordings.size();
        this.basePath = recordings.stream()
                .map(recording -> API.matcher(recording.request().path()))
                .filter(Matcher::matches)
                .map(path -> path.group(1))
                .findFirst()
                .orElse("");
        for (Recording recording : recordings) {
            recorded.computeIfAbsent(asked(recording), request -> new ArrayDeque<>())
                    .add(recording);
        }
        this.server = ScriptedServer.answering(this);
    }

    private static AskedRequest asked(Recording recording) {
        Recording.Request request = recording.request();
        return AskedRequest.of(request.method(), request.path(), request.body());
    }

    /** {@return where the API is that the recorded requests went to} */
    String url() {
        return server.url() + basePath;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        ReceivedRequest received = exchange.request();
        AskedRequest asked = AskedRequest.of(received.method(), received.path(), received.body());
        Recording found;
        String refusal = "";
        synchronized (recorded) {
            Deque<Recording> answers = recorded.getOrDefault(asked, new ArrayDeque<>());
            found = answers.size() > 1 ? answers.remove() : answers.peek();
            if (found == null) {
                String explanation = explanation(asked);
                unrecorded.add(explanation);
                refusal = "request " + unrecorded.size() + " of this replay was not recorded: "
                        + explanation.replace("\n", "");
            }
        }
        if (found == null) {
            exchange.answer(400, "text/plain; charset=utf-8", refusal);
        } else {
            Replay.answer(exchange, found.response());
        }
    }

    /** {@return what to tell of a request that was not recorded, if that is what an adapter's exception is about} */
    Optional<String> explanation(String message) {
        Matcher words = UNRECORDED.matcher(message);
        if (!words.find()) {
            return Optional.empty();
        }
        synchronized (recorded) {
            return Optional.of(unrecorded.get(Integer.parseInt(words.group(1)) - 1));
        }
    }

    private String explanation(AskedRequest asked) {
        String what = "this is " + this + ", and " + asked + " was not recorded in this form";
        Optional<AskedRequest> nearest = recorded.keySet().stream()
                .filter(asked::goesWhere)
                .min(Comparator.comparingInt(
                        known -> asked.differencesFrom(known).size()));
        if (nearest.isEmpty()) {
            return what + "; recorded were:"
                    + lines(recorded.keySet().stream()
                            .map(AskedRequest::toString)
                            .distinct()
                            .toList());
        }
        String name = recorded.getOrDefault(nearest.get(), new ArrayDeque<>()).stream()
                .map(Recording::name)
                .findFirst()
                .orElse("");
        return what + "; the nearest is " + name + ":" + lines(asked.differencesFrom(nearest.get()));
    }

    private static String lines(List<String> all) {
        StringBuilder lines = new StringBuilder();
        all.stream().limit(MOST_SHOWN).forEach(line -> lines.append("\n  ").append(line));
        if (all.size() > MOST_SHOWN) {
            lines.append("\n  and ").append(all.size() - MOST_SHOWN).append(" more");
        }
        return lines.toString();
    }

    @Override
    public void close() {
        server.close();
    }

    /** {@return what it is, for messages} */
    @Override
    public String toString() {
        return "a replay of " + size + " exchanges from " + source;
    }
}
