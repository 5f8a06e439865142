package io.modelrunner.testing.fake;

import static io.modelrunner.testing.fake.Fault.Target.ANY;
import static io.modelrunner.testing.fake.Fault.Target.PULL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(30)
@ExtendWith(FakeModelRunnerExtension.class)
class FaultTest {
    private static final String CHAT = "/engines/v1/chat/completions";
    private static final String WHOLE =
            "{\"model\":\"ai/tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final String STREAMED = WHOLE.replace("]}", "],\"stream\":true}");
    private static final String TINY = "{\"from\":\"ai/big\"}";

    private static Asker.Answer chat(FakeModelRunner runner) {
        return new Asker(runner).post(CHAT, WHOLE);
    }

    private static Asker.Answer stream(FakeModelRunner runner) {
        return new Asker(runner).post(CHAT, STREAMED);
    }

    private static Asker.Answer pull(FakeModelRunner runner) {
        runner.offer(FakeModel.chat("ai/big").withFiles(3 << 20));
        return new Asker(runner).pull(TINY);
    }

    @Test
    void slowLoadIsSilentAndShown(FakeModelRunner runner) throws InterruptedException {
        Asker asker = new Asker(runner);
        boolean shown = false;
        for (int millis = 300; !shown; millis *= 3) { // whoever looks may be late for a short one
            asker.post("/engines/unload", "{\"all\":true}");
            runner.fail(Fault.slowLoad(Duration.ofMillis(millis)));
            Thread chat = new Thread(() -> chat(runner));
            chat.start();
            while (!shown && chat.isAlive()) {
                shown = asker.get("/engines/ps").body().contains("\"loading\":true");
            }
            chat.join();
        }
        assertThat(asker.get("/engines/ps").body()).contains("ai/tiny").doesNotContain("loading");
    }

    @Test
    void clientThatGivesUpEndsTheLoad(FakeModelRunner runner) {
        runner.fail(Fault.slowLoad(Duration.ofMinutes(5)));
        Asker asker = new Asker(runner);
        try (java.net.Socket socket =
                new java.net.Socket("127.0.0.1", runner.server().port())) {
            String request = "POST " + CHAT + " HTTP/1.1\r\nContent-Length: " + WHOLE.length() + "\r\n\r\n" + WHOLE;
            socket.getOutputStream().write(request.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            Awaited.awaitUntil(() -> asker.get("/engines/ps").body().contains("\"loading\":true"));
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaited.awaitUntil(() -> asker.get("/engines/ps").body().equals("[]\n"));
    }

    @Test
    void loadingSaysSo(FakeModelRunner runner) {
        runner.fail(Fault.loading().times(2));
        for (int i = 0; i < 2; i++) {
            assertThat(chat(runner).status()).isEqualTo(503);
        }
        assertThat(chat(runner).status()).isEqualTo(200);
        runner.fail(Fault.loading());
        assertThat(chat(runner).body()).contains("Loading model", "unavailable_error");
    }

    @Test
    void modelNotFoundIsText(FakeModelRunner runner) {
        runner.fail(Fault.modelNotFound());
        Asker.Answer answer = chat(runner);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("error while getting model: get model '\"ai/tiny\"': model not found\n");
        assertThat(answer.contentType()).startsWith("text/plain");
    }

    @Test
    void crashIsJsonLabelledAsText(FakeModelRunner runner) {
        runner.fail(Fault.engineCrash());
        Asker.Answer answer = chat(runner);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.contentType()).startsWith("text/plain");
        assertThat(answer.body()).startsWith("{\"type\":\"error\"").contains("terminated unexpectedly");
    }

    @Test
    void cutStreamEndsWithoutItsLastChunk(FakeModelRunner runner) {
        runner.fail(Fault.cutStream(3));
        assertThat(chat(runner).status()).as("not streamed, so not struck").isEqualTo(200);
        Asker.Answer answer = stream(runner);
        assertThat(answer.whole()).isFalse();
        assertThat(answer.body().split("data: ", -1)).hasSize(4);
        assertThat(stream(runner).body()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void streamIsCutAtItsEndWhenItIsShorterThanThat(FakeModelRunner runner) {
        runner.fail(Fault.cutStream(1000));
        assertThat(stream(runner).whole()).isFalse();
    }

    @Test
    void errorInStreamIsAnEventAndNoDoneFollows(FakeModelRunner runner) {
        runner.fail(Fault.errorInStream(2, "out of memory"));
        Asker.Answer answer = stream(runner);
        assertThat(answer.whole()).isTrue();
        assertThat(answer.body())
                .endsWith(
                        "data: {\"error\":{\"code\":500,\"message\":\"out of memory\",\"type\":\"server_error\"}}\n\n");
    }

    @Test
    void errorInPullComesUnder200(FakeModelRunner runner) {
        runner.fail(Fault.errorInPull("no space left on device"));
        Asker.Answer answer = pull(runner);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().lines())
                .anyMatch(line -> line.startsWith("{\"type\":\"error\"") && line.contains("no space left on device"))
                .last()
                .isEqualTo("error while pulling model: writing image to store: no space left on device");
        assertThat(pull(runner).body()).contains("success");
    }

    @Test
    void emptyOkHasNothingInIt(FakeModelRunner runner) {
        runner.fail(Fault.emptyOk().on(PULL));
        Asker.Answer answer = pull(runner);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.bytes()).isEmpty();
    }

    @Test
    void emptyErrorHasNothingInIt(FakeModelRunner runner) {
        runner.fail(Fault.emptyError());
        Asker.Answer answer = chat(runner);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.bytes()).isEmpty();
        assertThat(answer.contentType()).isEmpty();
    }

    @Test
    void progressIsEscapedThoughJsonWasAskedFor(FakeModelRunner runner) {
        runner.fail(Fault.htmlEscapedProgress());
        Asker.Answer answer = pull(runner);
        assertThat(answer.contentType()).isEqualTo("text/plain");
        assertThat(answer.body())
                .startsWith("{&#34;type&#34;:&#34;progress&#34;")
                .contains("successfully");
    }

    @Test
    void stallEndsWhenTheRunnerIsClosed() throws Exception {
        FakeModelRunner runner = FakeModelRunner.start();
        runner.fail(Fault.stall(2));
        Asker asker = new Asker(runner);
        asker.begin(CHAT, STREAMED);
        assertThat(asker.get("/engines/ps").body()).contains("\"in_use\":true");
        runner.fail(Fault.stall());
        Thread silent = new Thread(() -> {
            try {
                chat(runner);
            } catch (UncheckedIOException e) {
                // the runner was closed, and no answer had begun
            }
        });
        silent.start();
        Awaited.awaitUntil(() -> runner.requests().size() == 3);
        assertThat(silent.isAlive()).isTrue();
        runner.close();
        silent.join(10_000);
        assertThat(silent.isAlive()).isFalse();
    }

    @Test
    void resetTearsTheConnectionDown(FakeModelRunner runner) {
        runner.fail(Fault.reset());
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> chat(runner));
        runner.fail(Fault.reset(2));
        assertThat(stream(runner).whole()).isFalse();
    }

    @Test
    void anyRequestIsStruckOnlyByAFaultOnAny(FakeModelRunner runner) {
        runner.fail(Fault.answer(503, "not yet"));
        Asker asker = new Asker(runner);
        assertThat(asker.get("/models").status()).isEqualTo(200);
        assertThat(chat(runner).body()).isEqualTo("not yet\n");
        runner.fail(Fault.answer(503, "not yet").on(ANY));
        assertThat(asker.get("/version").status()).isEqualTo(503);
    }

    @Test
    void registryThatDeniesFailsOrIsNotThere(FakeModelRunner runner) {
        runner.fail(Fault.registryDenies());
        assertThat(pull(runner).body()).contains("no basic auth credentials");
        runner.fail(Fault.registryFails());
        assertThat(pull(runner).body()).contains("503 Service Unavailable");
        runner.fail(Fault.registryUnreachable());
        assertThat(pull(runner).body()).contains("connection refused");
        assertThat(pull(runner).status()).isEqualTo(200);
    }

    @Test
    void healedRunnerFailsNoMore(FakeModelRunner runner) {
        runner.fail(Fault.engineCrash().times(5));
        runner.heal();
        assertThat(chat(runner).status()).isEqualTo(200);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Fault.reset().times(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Fault.stall(-1));
    }

    @Test
    void pullsInTheWordsOfOllamaFailToo(FakeModelRunner runner) {
        runner.offer(FakeModel.chat("ai/big").withFiles(3 << 20));
        Asker asker = new Asker(runner);
        runner.fail(Fault.errorInPull("no space left on device"));
        assertThat(asker.post("/api/pull", "{\"model\":\"ai/big\"}").body().lines())
                .filteredOn(line -> line.startsWith("{\"error\":"))
                .hasSize(2);
        runner.fail(Fault.cutStream(1).on(PULL));
        assertThat(asker.post("/api/pull", "{\"model\":\"ai/big\"}").whole()).isFalse();
    }
}
