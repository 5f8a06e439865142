package io.modelrunner.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.modelrunner.CancelledException;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.TimedOutException;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.testing.Recording;
import io.modelrunner.testing.Recordings;
import io.modelrunner.testing.ScriptedServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold for any stream of bytes; a failure names the seed that brings it back. */
class StreamPropertiesTest {
    private static final ChatRequest REQUEST = ChatRequest.of("ai/tiny", "Hello");
    private static final int DIRECT_SEEDS = 4_000; // for each recording
    private static final int WIRE_SEEDS = 60; // for each recording
    private static final int RANDOM_CASES = 4_000; // for each of the two roads
    private static final int RANDOM_WIRE_CASES = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Pieces that random bytes are made of, so that they get further than to the first byte. */
    private static final List<String> WORDS = List.of(
            "data: ",
            "data:",
            "error: ",
            ": ping",
            "\n",
            "\n\n",
            "\r\n\r\n",
            "[DONE]",
            "{",
            "}",
            "[",
            "]",
            "\"",
            ":",
            ",",
            "null",
            "true",
            "-1",
            "1e999",
            "99999999999999999999",
            "\"choices\":[",
            "\"delta\":{",
            "\"message\":{",
            "\"content\":\"x\"",
            "\"tool_calls\":[{\"index\":",
            "\"function\":{\"name\":\"f\",\"arguments\":",
            "\"finish_reason\":\"stop\"",
            "\"usage\":{\"prompt_tokens\":",
            "\"timings\":{\"prompt_ms\":",
            "\"error\":{\"message\":\"",
            "\"id\":",
            "\\u0000",
            "\\ud83e",
            "äß🦙",
            "\uFEFF");

    static List<Recording> streams() {
        return Stream.of("inference", "llama-cpp")
                .flatMap(folder -> Recordings.folder(folder).stream())
                .filter(recording -> recording.response().body().startsWith("data: {\"choices\":[{\"finish_reason\":null"))
                .filter(recording -> recording.response().body().contains("chat.completion.chunk"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("streams")
    void anySplitGivesTheSameEvents(Recording recording) throws IOException {
        byte[] bytes = recording.response().body().getBytes(UTF_8);
        List<String> expected = documents(new Pieces(bytes, new Random(0), bytes.length));
        assertThat(expected).hasSizeGreaterThan(1);
        for (int seed = 0; seed < DIRECT_SEEDS; seed++) {
            Random random = new Random(seed);
            int longest = 1 + random.nextInt(1 << (1 + random.nextInt(14)));
            assertThat(documents(new Pieces(bytes, random, longest)))
                    .as("seed " + seed)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void anySplitOnTheWireGivesTheSameEvents(Recording recording) {
        String body = recording.response().body();
        List<String> expected = told(new ByteArrayInputStream(body.getBytes(UTF_8)));
        int length = body.getBytes(UTF_8).length;
        boolean cut = recording.response().end() == Recording.End.CUT_BY_SERVER;
        try (ScriptedServer server = ScriptedServer.answering(exchange -> {
                    Random random = new Random(Long.parseLong(exchange.request()
                            .header("seed")
                            .orElseThrow()));
                    exchange.inPiecesOf(1 + random.nextInt(4_000)).events().sendSplit(body, splits(random, length));
                    if (cut) {
                        exchange.cut();
                    } else {
                        exchange.end();
                    }
                })) {
            for (int seed = 0; seed < WIRE_SEEDS; seed++) {
                try (HttpAdapter adapter = HttpAdapter.builder(server.url() + "/v1")
                                .header("seed", String.valueOf(seed))
                                .build();
                        ChatStream stream = adapter.stream(REQUEST)) {
                    assertThat(told(stream)).as("seed " + seed).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void anyBytesAsAStreamEndInADocumentedWay() {
        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int seed = 0; seed < RANDOM_CASES; seed++) {
                byte[] bytes = bytes(new Random(seed), true);
                String what = "stream of seed " + seed;
                documented(what, () -> InProcess.events(REQUEST, new Pieces(bytes, new Random(1), 1_000)));
            }
        });
    }

    @Test
    void anyBytesAsAWholeAnswerEndInADocumentedWay() {
        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int seed = 0; seed < RANDOM_CASES; seed++) {
                byte[] bytes = bytes(new Random(seed), false);
                documented("answer of seed " + seed, () -> InProcess.chat(REQUEST, bytes));
            }
        });
    }

    @Test
    void anyBytesAsAListOfModelsOrAnErrorEndInADocumentedWay() {
        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int seed = 0; seed < RANDOM_CASES; seed++) {
                byte[] bytes = bytes(new Random(seed), false);
                int status = seed % 2 == 0 ? 200 : 400 + seed % 105;
                try (HttpAdapter adapter =
                        InProcess.adapter(status, "application/json", new ByteArrayInputStream(bytes))) {
                    documented("list of seed " + seed, adapter::listModels);
                }
            }
        });
    }

    @Test
    void anyBytesOnTheWireEndInADocumentedWay() {
        try (ScriptedServer server = ScriptedServer.answering(exchange -> {
                    Random random = new Random(Long.parseLong(exchange.request()
                            .header("seed")
                            .orElseThrow()));
                    boolean streamed = exchange.request().body().contains("\"stream\"");
                    byte[] bytes = bytes(random, streamed);
                    if (random.nextInt(5) == 0) {
                        exchange.raw(bytes).cut(); // not even HTTP
                        return;
                    }
                    int status = random.nextInt(4) == 0 ? 200 + random.nextInt(400) : 200;
                    exchange.head(
                            status,
                            "Content-Type: " + (streamed ? "text/event-stream" : "application/json"),
                            "Transfer-Encoding: chunked");
                    exchange.send(bytes);
                    if (random.nextBoolean()) {
                        exchange.end();
                    } else {
                        exchange.cut();
                    }
                })) {
            for (int seed = 0; seed < RANDOM_WIRE_CASES; seed++) {
                onTheWire(server, seed);
            }
        }
    }

    private static void onTheWire(ScriptedServer server, int seed) {
        try (HttpAdapter adapter = HttpAdapter.builder(server.url() + "/v1")
                .header("seed", String.valueOf(seed))
                .build()) {
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                documented("chat of seed " + seed, () -> adapter.chat(REQUEST));
                documented("stream of seed " + seed, () -> {
                    try (ChatStream stream = adapter.stream(REQUEST)) {
                        stream.join();
                    }
                });
            });
        }
    }

    /** Runs something that may answer, or throw what is documented for an answer that is wrong. */
    private static void documented(String what, Runnable work) {
        try {
            work.run();
        } catch (InvalidRequestException | CancelledException | TimedOutException e) {
            fail(what + ": nothing was wrong with the request, nobody cancelled, and nothing took long", e);
        } catch (ModelRunnerException e) {
            assertThat(e.getMessage()).as(what).isNotBlank().hasSizeLessThan(2_000);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            fail(what, e);
        }
    }

    private static List<String> documents(Pieces in) throws IOException {
        List<String> documents = new ArrayList<>();
        SseReader events = new SseReader(in);
        CompletionReader reader = new CompletionReader();
        while (events.next()) {
            if (new String(events.data(), events.start(), events.length(), UTF_8).equals("[DONE]")) {
                documents.add("[DONE] " + reader.toolCalls().calls());
            } else {
                Completion chunk = reader.read(events.data(), events.start(), events.length());
                documents.add(chunk.id + chunk.text + chunk.reasoning + chunk.finishReason + chunk.usage + chunk.timings);
            }
        }
        return documents;
    }

    private static List<String> told(ByteArrayInputStream body) {
        try (HttpAdapter adapter = InProcess.adapter(200, "text/event-stream", body);
                ChatStream stream = adapter.stream(REQUEST)) {
            return told(stream);
        }
    }

    /** The events as texts; an exception is the last of them. */
    private static List<String> told(ChatStream stream) {
        List<String> told = new ArrayList<>();
        try {
            for (ChatEvent event : stream) {
                told.add(
                        event instanceof ChatEvent.Completed completed
                                ? completed.response() + completed.response().text()
                                : event.toString());
            }
        } catch (ModelRunnerException e) {
            told.add(e.getClass() + e.partialText());
        }
        return told;
    }

    private static int[] splits(Random random, int length) {
        return random.ints(random.nextInt(40), 0, length + 1).sorted().toArray();
    }

    /** Bytes that are random, made of words of the protocol, or a recording with something wrong. */
    private static byte[] bytes(Random random, boolean streamed) {
        byte[] bytes = new byte[random.nextInt(600)];
        random.nextBytes(bytes);
        return switch (random.nextInt(4)) {
            case 0 -> bytes;
            case 1 -> words(random).getBytes(UTF_8);
            default -> mutated(random, streamed);
        };
    }

    private static String words(Random random) {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "data: {" : "{");
        int count = random.nextInt(60);
        boolean deep = random.nextInt(20) == 0;
        for (int i = 0; i < count; i++) {
            String word = WORDS.get(random.nextInt(WORDS.size()));
            text.append(deep ? word.repeat(1 + random.nextInt(500)) : word);
        }
        return text.toString();
    }

    private static byte[] mutated(Random random, boolean streamed) {
        List<Recording> all = random.nextInt(8) == 0 ? Originals.ANY : streamed ? Originals.STREAMS : Originals.WHOLE;
        byte[] bytes = all.get(random.nextInt(all.size())).response().body().getBytes(UTF_8);
        for (int times = random.nextInt(5); times >= 0 && bytes.length > 0; times--) {
            bytes = mutatedOnce(random, bytes);
        }
        return bytes;
    }

    private static byte[] mutatedOnce(Random random, byte[] bytes) {
        int at = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, at + random.nextInt(40));
        return switch (random.nextInt(6)) {
            case 0 -> joined(Arrays.copyOf(bytes, at), new byte[] {(byte) random.nextInt()}, bytes, at + 1);
            case 1 -> joined(Arrays.copyOf(bytes, at), new byte[0], bytes, to);
            case 2 -> joined(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, at, to), bytes, to);
            case 3 -> Arrays.copyOf(bytes, at);
            case 4 -> {
                byte[] word = WORDS.get(random.nextInt(WORDS.size())).getBytes(UTF_8);
                yield joined(Arrays.copyOf(bytes, at), word, bytes, at);
            }
            default -> otherValue(random, bytes);
        };
    }

    /** Replaces what stands behind some colon by something of another type. */
    private static byte[] otherValue(Random random, byte[] bytes) {
        String text = new String(bytes, UTF_8);
        int colon = text.indexOf("\":", random.nextInt(text.length()));
        if (colon < 0) {
            return bytes;
        }
        List<String> values = List.of("null", "[1,[2]]", "{\"a\":{}}", "\"x\"", "-5", "1e999", "true", "[{}]", "[null]");
        String value = values.get(random.nextInt(values.size()));
        return (text.substring(0, colon + 2) + value + ",\"was\":" + text.substring(colon + 2)).getBytes(UTF_8);
    }

    private static byte[] joined(byte[] begin, byte[] middle, byte[] bytes, int from) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(begin);
        joined.writeBytes(middle);
        joined.writeBytes(Arrays.copyOfRange(bytes, Math.min(from, bytes.length), bytes.length));
        return joined.toByteArray();
    }

    /** What is mutated; read once. */
    private static final class Originals {
        static final List<Recording> ANY = Stream.of("inference", "llama-cpp", "models", "other-apis")
                .flatMap(folder -> Recordings.folder(folder).stream())
                .filter(recording -> recording.response().body().length() > 0)
                .toList();
        static final List<Recording> STREAMS = streams();
        static final List<Recording> WHOLE = ANY.stream()
                .filter(recording -> recording.response().body().startsWith("{"))
                .toList();
    }

    /** Gives its bytes in pieces of random lengths. */
    private static final class Pieces extends ByteArrayInputStream {
        private final Random random;
        private final int longest;

        Pieces(byte[] bytes, Random random, int longest) {
            super(bytes);
            this.random = random;
            this.longest = longest;
        }

        @Override
        public synchronized int read(byte[] target, int from, int length) {
            return super.read(target, from, Math.min(length, 1 + random.nextInt(longest)));
        }
    }
}
