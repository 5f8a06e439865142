package io.modelrunner.testing.fake;

import static io.modelrunner.testing.fake.Fault.Target.PUSH;

import java.util.HashMap;
import java.util.Map;

/** How a fake runner comes to be in the state in which a real one was recorded. */
final class RecordedStates {
    /** Brings a runner into a state. */
    interface State {
        void prepare(FakeModelRunner runner, Asker asker);

        default State then(State next) {
            return (runner, asker) -> {
                prepare(runner, asker);
                next.prepare(runner, asker);
            };
        }
    }

    static final FakeModel TINY = FakeModel.chat("ai/tiny");
    private static final FakeModel TINY_512 = FakeModel.chat("ai/tiny:512").withContextSize(512);
    private static final FakeModel PADDED = padded("ai/padded");
    private static final FakeModel SLOW = padded("localhost:5001/slow/padded");
    private static final FakeModel SLOW_2 = padded("localhost:5001/slow/padded2");

    private static final String CHAT = "/engines/v1/chat/completions";
    private static final String HELLO = "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]%s}";
    private static final String KEEP =
            "{\"model\":\"ai/tiny\",\"context-size\":1024,\"keep_alive\":\"10m\",\"runtime-flags\":[\"--temp\",\"0.2\"]}";

    private static final State EMPTY = (runner, asker) -> {};
    private static final State ONE = has(TINY);
    private static final State SOME = has(PADDED, TINY_512, SLOW_2, TINY);
    private static final State MORE = SOME.then(has(
            FakeModel.embedding("ai/tiny-embed"),
            FakeModel.reranking("ai/tiny-rerank"),
            FakeModel.vision("ai/tiny-vision"),
            FakeModel.chat("ai/tiny-thinking")));
    private static final State ALL = MORE.then(has(FakeModel.chat("ai/broken").broken()));

    private static final State CHATTED = ALL.then(asked(CHAT, HELLO.formatted("ai/tiny", "")));
    private static final State LOADED_ARCHIVE =
            (runner, asker) -> asker.ask("POST", "/models/load", Map.of(), Archives.handMade());
    private static final State HAND_MADE =
            LOADED_ARCHIVE.then(asked("/models/" + Archives.handMadeId() + "/tag?repo=ai/hand-made&tag=latest", ""));
    private static final State RERANKED =
            ALL.then(asked("/rerank", "{\"model\":\"ai/tiny\",\"query\":\"a\",\"documents\":[\"b\"]}"));
    private static final State KEPT = configured(KEEP)
            .then((runner, asker) ->
                    Awaited.awaitUntil(() -> asker.get("/engines/ps").body().contains("completion")));
    private static final State TWO_MODES =
            CHATTED.then(asked("/engines/v1/embeddings", "{\"model\":\"ai/tiny\",\"input\":\"Hello\"}"));

    /** A stream that has begun and does not go on. */
    private static final State BUSY = (runner, asker) -> {
        runner.fail(Fault.stall(2));
        asker.begin(CHAT, HELLO.formatted("ai/tiny", ",\"stream\":true"));
    };

    private static final Map<String, State> BY_NAME = new HashMap<>();

    static {
        models();
        pulls();
        enginesAndService();
        put(EMPTY, "inference/model-not-pulled");
        put(
                ALL.then(configured("{\"model\":\"ai/tiny\",\"context-size\":-1}")),
                "inference/chat-cannot-start-with-configuration");
        put(failing(Fault.engineCrash()), "inference/chat-engine-killed");
        put(failing(Fault.cutStream(2)), "inference/chat-stream-engine-killed");
        put(CHATTED, "other-apis/ollama-ps");
    }

    private RecordedStates() {}

    /** {@return the state of that name; that in which most was recorded unless there is a special one} */
    static State of(String recording) {
        return BY_NAME.getOrDefault(recording, ALL);
    }

    private static void models() {
        put(EMPTY, "models/list-empty", "models/list-after-purge", "models/openai-list-empty");
        put(EMPTY, "models/load", "models/load-hand-made", "models/load-wrong-digest", "models/load-garbage");
        put(EMPTY, "models/inspect-after-double-pull");
        put(ONE, "models/inspect", "models/inspect-by-digest", "models/inspect-by-escaped-slash");
        put(ONE, "models/inspect-by-id", "models/inspect-by-registry-and-tag", "models/inspect-by-short-id");
        put(ONE, "models/inspect-by-short-name", "models/inspect-by-upper-case");
        put(has(SLOW), "models/inspect-healed");
        put(MORE, "models/list-several");
        put(has(TINY, PADDED, TINY_512, SLOW_2), "models/list", "models/openai-list", "models/openai-list-v1");
        put((runner, asker) -> runner.offer(padded("localhost:5000/ai/padded")), "models/inspect-remote");
        put(HAND_MADE, "models/inspect-loaded", "models/delete-loaded");
        put(LOADED_ARCHIVE, "models/tag-loaded");
        State tagged = ONE.then(tag("localhost:5000/copy/tiny", "v1"))
                .then(tag("localhost:5001/private/tiny", "v1"))
                .then(tag("x/forced", "v1"));
        put(tagged, "models/delete-by-id-conflict", "models/delete-by-id-forced", "models/push");
        put(tagged.then((runner, asker) -> runner.fail(Fault.registryDenies().on(PUSH))), "models/push-unauthorized");
        put(ONE.then(tag("myorg/tiny", "v1")), "models/delete-one-tag");
        put(
                ONE.then(asked("/models/ai/tiny/repackage", "{\"target\":\"myorg/tiny:256\",\"context_size\":256}")),
                "models/delete-last-tag");
    }

    private static void pulls() {
        State registry = (runner, asker) -> {
            runner.offer(TINY);
            runner.offer(TINY_512);
            runner.offer(PADDED);
            runner.offer(SLOW);
            runner.offer(SLOW_2);
            runner.offer(FakeModel.chat("localhost:5001/bearer/model").forToken("secret"));
            runner.offer(FakeModel.chat("localhost:5001/cut/padded2").withFiles(3_000_000));
        };
        put(registry, "models/pull", "models/pull-progress", "models/pull-after-double-pull");
        put(registry, "models/pull-resumed", "models/pull-cancelled-by-client", "models/pull-unauthorized-token");
        put(registry.then(has(TINY_512)), "models/pull-again");
        put(registry.then(ONE), "models/pull-cached", "models/pull-text-form");
        put(registry.then(fails(Fault.registryFails())), "models/pull-registry-503");
        put(registry.then(fails(Fault.registryUnreachable())), "models/pull-registry-unreachable");
        put(registry.then(fails(Fault.registryDenies())), "models/pull-unauthorized");
        put(
                registry.then(fails(Fault.errorInPull(
                        "writing blob: copy blob \"sha256:" + "0".repeat(64) + "\" to store: unexpected EOF"))),
                "models/pull-cut-in-the-middle");
        put(
                registry.then(
                        (runner, asker) -> asker.begin("/models/create", "{\"from\":\"localhost:5001/slow/padded\"}")),
                "models/pull-twice-at-once");
    }

    private static void enginesAndService() {
        put(EMPTY, "engines/df-empty", "engines/ps-empty", "engines/configurations-empty", "engines/requests-empty");
        put(ALL.then(configured(KEEP)), "engines/configurations", "engines/configurations-of-model");
        put(CHATTED, "engines/unload", "engines/unload-all", "service/metrics");
        put(TWO_MODES, "engines/ps");
        put(RERANKED.then(KEPT), "engines/ps-keep-alive");
        put(RERANKED.then(KEPT).then(BUSY), "engines/ps-in-use", "engines/unload-in-use");
        put(ALL.then(BUSY), "engines/configure-conflict");
        State byId = asked(CHAT, HELLO.formatted(TINY.id(), ",\"temperature\":0"));
        put(ALL.then(byId), "service/metrics-by-id");
        put(
                ALL.then(asked("/engines/v1/embeddings", "{\"model\":\"ai/tiny\",\"input\":\"Hello\"}"))
                        .then(byId)
                        .then(asked(CHAT, HELLO.formatted("ai/tiny", ",\"temperature\":0,\"n\":5"))),
                "engines/requests");
    }

    private static void put(State state, String... recordings) {
        for (String recording : recordings) {
            BY_NAME.put(recording, state);
        }
    }

    private static FakeModel padded(String name) {
        return FakeModel.chat(name).withFiles(3_000_000);
    }

    private static State has(FakeModel... models) {
        return (runner, asker) -> {
            for (FakeModel model : models) {
                runner.add(model);
            }
        };
    }

    private static State asked(String path, String body) {
        return (runner, asker) -> asker.post(path, body);
    }

    private static State configured(String body) {
        return asked("/engines/_configure", body);
    }

    private static State tag(String repository, String tag) {
        return asked("/models/ai/tiny/tag?repo=" + repository + "&tag=" + tag, "");
    }

    private static State fails(Fault fault) {
        return (runner, asker) -> runner.fail(fault);
    }

    private static State failing(Fault fault) {
        return ALL.then(fails(fault));
    }
}
