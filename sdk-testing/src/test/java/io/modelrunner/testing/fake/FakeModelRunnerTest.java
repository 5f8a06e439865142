package io.modelrunner.testing.fake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.modelrunner.testing.ReceivedRequest;
import io.modelrunner.testing.internal.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeModelRunnerTest {
    private static final String CHAT = "/engines/v1/chat/completions";
    private static final String SMOLLM = "docker.io/ai/smollm2:latest";

    private FakeModelRunner runner = FakeModelRunner.builder()
            .model("ai/tiny")
            .model(FakeModel.embedding("ai/tiny-embed"))
            .registry(FakeModel.chat("ai/smollm2").withFiles(3 << 20, 1 << 20))
            .start();

    private Asker asker = new Asker(runner);

    @AfterEach
    void close() {
        runner.close();
    }

    private void restart(FakeModelRunner.Builder builder) {
        runner.close();
        runner = builder.start();
        asker = new Asker(runner);
    }

    private String chat(String model) {
        return asker.post(CHAT, question(model, "Hello", "")).body();
    }

    private static String question(String model, String text, String more) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]" + more
                + "}";
    }

    private static Map<?, ?> message(String chat) {
        List<?> choices = (List<?>) Json.readObject(chat).get("choices");
        return (Map<?, ?>) Json.members(choices.get(0)).get("message");
    }

    @Test
    void pullAddsRemovalDeletesAndPsFollows() {
        assertThat(chat("ai/smollm2")).contains("model not found");
        assertThat(asker.pull("{\"from\":\"ai/smollm2\"}").body()).contains("Model pulled successfully");
        assertThat(runner.models()).contains(SMOLLM);
        assertThat(chat("ai/smollm2")).contains("chat.completion");
        assertThat(asker.get("/engines/ps").body()).contains("\"model_name\":\"ai/smollm2\"");
        assertThat(asker.post("/engines/unload", "{\"models\":[\"smollm2\"]}").body())
                .contains(":1");
        assertThat(asker.get("/engines/ps").body()).isEqualTo("[]\n");
        assertThat(asker.delete("/models/ai/smollm2").body()).contains("Untagged", "Deleted");
        assertThat(runner.models()).doesNotContain(SMOLLM);
        assertThat(chat("ai/smollm2")).contains("model not found");
    }

    @Test
    void removalDoesNotUnload() {
        chat("ai/tiny");
        asker.delete("/models/ai/tiny");
        assertThat(asker.get("/engines/ps").body()).contains("ai/tiny");
    }

    @Test
    void progressTellsEveryLayerAndNeverMoreThanThereIs() {
        List<String> lines =
                asker.pull("{\"from\":\"ai/smollm2\"}").body().lines().toList();
        assertThat(lines).hasSizeGreaterThan(6);
        long layers = lines.stream()
                .filter(line -> line.contains("progress"))
                .map(line -> Json.members(Json.readObject(line).get("layer")).get("id"))
                .distinct()
                .count();
        assertThat(layers).isEqualTo(2);
        assertThat(lines.get(lines.size() - 1)).contains("\"type\":\"success\"");
    }

    @Test
    void idleModelGoesWhenItsTimeIsOver() {
        Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now[0];
            }
        };
        restart(FakeModelRunner.builder().model("ai/tiny").clock(clock));
        chat("ai/tiny");
        now[0] = now[0].plusSeconds(299);
        assertThat(asker.get("/engines/ps").body()).contains("ai/tiny");
        now[0] = now[0].plusSeconds(2);
        assertThat(asker.get("/engines/ps").body()).isEqualTo("[]\n");
    }

    @Test
    void modelIsKeptAsLongAsConfigured() {
        asker.post("/engines/_configure", "{\"model\":\"ai/tiny\",\"keep_alive\":\"0\"}");
        chat("ai/tiny");
        assertThat(asker.get("/engines/ps").body()).isEqualTo("[]\n");
        asker.post("/engines/_configure", "{\"model\":\"ai/tiny\",\"keep_alive\":\"-1m\"}");
        chat("ai/tiny");
        assertThat(asker.get("/engines/ps").body()).contains("\"keep_alive\":\"-1\"");
    }

    @Test
    void configurationIsReplacedWholeAndGoesWithUnloadAll() {
        asker.post("/engines/_configure", "{\"model\":\"ai/tiny\",\"context-size\":99}");
        asker.post("/engines/_configure", "{\"model\":\"ai/tiny\",\"keep_alive\":\"90s\"}");
        assertThat(asker.get("/engines/_configure").body())
                .contains("\"keep_alive\":\"1m30s\"")
                .doesNotContain("context-size");
        asker.post("/engines/unload", "{\"all\":true}");
        assertThat(asker.get("/engines/_configure").body()).isEqualTo("[]\n");
    }

    @Test
    void configuredContextSizeIsKept() {
        asker.post("/engines/_configure", "{\"model\":\"ai/tiny\",\"context-size\":8}");
        assertThat(chat("ai/tiny")).contains("exceed_context_size_error", "\"n_ctx\":8", "\"n_prompt_tokens\":9");
    }

    @Test
    void flagsThatPoolLetAChatModelEmbed() {
        String input = "{\"model\":\"ai/tiny\",\"input\":\"Hello\"}";
        assertThat(asker.post("/v1/embeddings", input).status()).isEqualTo(400);
        asker.post(
                "/engines/_configure",
                "{\"model\":\"ai/tiny\",\"mode\":\"embedding\",\"raw-runtime-flags\":\"--pooling mean\"}");
        assertThat(asker.post("/v1/embeddings", input).status()).isEqualTo(200);
    }

    @Test
    void answersAreWhatTheTestSays() {
        runner.answerWith("It is blue.");
        assertThat(message(chat("ai/tiny")).get("content")).isEqualTo("It is blue.");
        runner.answerWith(question -> FakeAnswer.call("look", "{\"at\":\"" + question + "\"}")
                .thenCall("paint", "{}")
                .withReasoning("Hm."));
        Map<?, ?> message = message(chat("ai/tiny"));
        assertThat(message.get("reasoning_content")).isEqualTo("Hm.");
        assertThat(message.get("tool_calls").toString()).contains("look", "{\"at\":\"Hello\"}", "paint");
        assertThat(asker.post(CHAT, question("ai/tiny", "Hello", ",\"stream\":true"))
                        .body())
                .contains("\"reasoning_content\":\"Hm\"", "\"finish_reason\":\"tool_calls\"", "\"index\":1");
        assertThatIllegalArgumentException().isThrownBy(() -> FakeAnswer.call("look", "no JSON"));
    }

    @Test
    void answerFollowsTheSchemaThatWasAskedFor() {
        String schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"array\","
                + "\"items\":{\"type\":\"string\"}},\"c\":{\"enum\":[\"x\",\"y\"]}}}";
        String format = ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":"
                + schema + "}}";
        String answer = asker.post(CHAT, question("ai/tiny", "Give", format)).body();
        assertThat(Json.read(String.valueOf(message(answer).get("content"))))
                .isEqualTo(Json.read("{\"a\":1,\"b\":[\"text\"],\"c\":\"x\"}"));
    }

    @Test
    void vectorsAreTheSameEveryTimeAndNearWhenWordsAreShared() {
        float[] docker = Vectors.of("Docker runs containers");
        assertThat(Vectors.of("Docker runs containers")).isEqualTo(docker);
        assertThat(dot(docker, Vectors.of("containers of Docker"))).isGreaterThan(0.4);
        assertThat(dot(docker, Vectors.of("the sky is blue"))).isLessThan(0.3);
        assertThat(dot(docker, docker)).isBetween(0.999, 1.001);
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    @Test
    void exportLoadsAgainUnderTheSameId() {
        Asker.Answer export = asker.get("/models/ai/tiny/export");
        String id = FakeModel.chat("ai/tiny").id();
        asker.delete("/models/ai/tiny");
        assertThat(asker.ask("POST", "/models/load", Map.of(), export.bytes()).status())
                .isEqualTo(200);
        assertThat(asker.get("/models/" + id).status()).isEqualTo(200);
        assertThat(asker.post("/models/" + id + "/tag?repo=ai/mine&tag=v1", "").status())
                .isEqualTo(201);
        assertThat(chat("ai/mine:v1")).contains("chat.completion");
    }

    @Test
    void archiveIsChecked() {
        assertThat(load(Archives.spoilt())).contains("blob digest mismatch");
        assertThat(load(Archives.without("layer"))).contains("missing blob", "refusing to write");
        assertThat(load(Archives.without("manifest.json"))).contains("manifest not found");
        byte[] archive = Archives.handMade();
        assertThat(load(Arrays.copyOf(archive, 3_000))).contains("unexpected EOF");
        asker.delete("/models/purge");
        assertThat(load(Archives.without("config"))).contains("Model loaded successfully");
        assertThat(asker.get("/models/" + Archives.handMadeId()).body()).contains("read config file");
        assertThat(load(archive)).contains("Model loaded successfully");
        assertThat(asker.get("/models/" + Archives.handMadeId()).status()).isEqualTo(200);
    }

    private String load(byte[] archive) {
        return asker.ask("POST", "/models/load", Map.of(), archive).body();
    }

    @Test
    void damagedModelIsHalfThereUntilItIsPulledAgain() {
        runner.damage("ai/tiny");
        assertThat(runner.models()).doesNotContain("docker.io/ai/tiny:latest");
        assertThat(asker.get("/models/ai/tiny").body())
                .startsWith("error while getting model: get model '\"ai/tiny\"'");
        assertThat(asker.delete("/models/ai/tiny").body()).startsWith("error while deleting model: read config file");
        assertThat(asker.post(CHAT, question("ai/tiny", "Hello", "")))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(500))
                .satisfies(answer -> assertThat(answer.body()).isEqualTo("model unavailable\n"));
        assertThat(asker.pull("{\"from\":\"ai/tiny\"}").body()).contains("Model pulled successfully");
        assertThat(chat("ai/tiny")).contains("chat.completion");
        assertThatIllegalArgumentException().isThrownBy(() -> runner.damage("ai/nosuch"));
    }

    /** The slower the pace, the surer that the second begins and ends behind the first, whatever else the machine does. */
    @Test
    void twoPullsAtOnceDamageTheStore() {
        FakeModel big = FakeModel.chat("ai/big").withFiles(3 << 20);
        String second = "";
        for (int pace = 30; pace <= 3_000 && !second.contains("\"type\":\"error\""); pace *= 10) {
            restart(FakeModelRunner.builder().registry(big).pace(Duration.ofMillis(pace)));
            asker.begin("/models/create", "{\"from\":\"ai/big\"}");
            second = asker.pull("{\"from\":\"ai/big\"}").body();
        }
        assertThat(second).contains("\"type\":\"error\"", "no such file or directory");
        assertThat(chat("ai/big")).isEqualTo("model unavailable\n");
    }

    @Test
    void thirdPullWaitsWithoutHeadersForASlot() {
        FakeModelRunner.Builder builder = FakeModelRunner.builder().pace(Duration.ofSeconds(60));
        for (String name : List.of("ai/a", "ai/b", "ai/c")) {
            builder.registry(FakeModel.chat(name));
        }
        restart(builder);
        asker.begin("/models/create", "{\"from\":\"ai/a\"}");
        asker.begin("/models/create", "{\"from\":\"ai/b\"}");
        Thread third = new Thread(() -> asker.pull("{\"from\":\"ai/c\"}"));
        third.setDaemon(true);
        third.start();
        Awaited.awaitUntil(() -> runner.requests().size() == 3);
        assertThat(third.isAlive()).isTrue();
        assertThat(asker.get("/models").body()).isEqualTo("[]\n");
    }

    @Test
    void cancelledPullGoesOnWhereItWas() {
        restart(FakeModelRunner.builder().registry(FakeModel.chat("ai/big").withFiles(4 << 20)));
        runner.fail(Fault.cutStream(3).on(Fault.Target.PULL));
        assertThat(asker.pull("{\"from\":\"ai/big\"}").whole()).isFalse();
        String first =
                asker.pull("{\"from\":\"ai/big\"}").body().lines().findFirst().orElse("");
        assertThat(first).contains("\"current\":3178496");
    }

    @Test
    void tokenOpensAPrivateModel() {
        runner.offer(FakeModel.chat("ai/secret").forToken("abc"));
        assertThat(asker.pull("{\"from\":\"ai/secret\"}").status()).isEqualTo(401);
        assertThat(asker.pull("{\"from\":\"ai/secret\",\"bearer-token\":\"abc\"}")
                        .body())
                .contains("success");
    }

    @Test
    void pushedModelCanBePulled() {
        asker.post("/models/ai/tiny/tag?repo=me/mine&tag=v1", "");
        assertThat(asker.post("/models/me/mine:v1/push", "").body()).contains("Model pushed successfully");
        asker.delete("/models/purge");
        assertThat(runner.models()).isEmpty();
        asker.pull("{\"from\":\"me/mine:v1\"}");
        assertThat(runner.models()).containsExactly("docker.io/me/mine:v1");
    }

    @Test
    void brokenModelCanBePulledButNotLoaded() {
        runner.offer(FakeModel.chat("ai/bad").broken());
        asker.pull("{\"from\":\"ai/bad\"}");
        assertThat(chat("ai/bad")).startsWith("unable to load runner:").contains("failed to load model");
    }

    @Test
    void inspectionIsLenientInferenceIsNot() {
        runner.add(FakeModel.chat("myorg/foo:v3"));
        assertThat(asker.get("/models/foo").status()).isEqualTo(200);
        assertThat(chat("foo")).contains("model not found");
    }

    @Test
    void engineThatIsNotThereIsSaidToBeMissing() {
        assertThat(asker.post("/engines/vllm/v1/chat/completions", question("ai/tiny", "Hello", ""))
                        .status())
                .isEqualTo(412);
        assertThat(asker.post("/engines/mlx/v1/chat/completions", question("ai/tiny", "Hello", ""))
                        .status())
                .isEqualTo(503);
    }

    @Test
    void requestWaitsWhileTheEngineIsUninstalled() {
        asker.post("/engines/uninstall-backend", "{\"backend\":\"llama.cpp\"}");
        String[] answer = new String[1];
        Thread waiting = new Thread(() -> answer[0] = chat("ai/tiny"));
        waiting.setDaemon(true);
        waiting.start();
        Awaited.awaitUntil(() -> runner.requests().size() == 2);
        assertThat(answer[0]).isNull();
        asker.post("/engines/install-backend", "{\"backend\":\"llama.cpp\"}");
        Awaited.awaitUntil(() -> !waiting.isAlive());
        assertThat(answer[0]).contains("chat.completion");
    }

    @Test
    void ollamaLayerPullsUnloadsAndDeletes() {
        assertThat(asker.post("/api/pull", "{\"model\":\"ai/smollm2\"}").body())
                .contains("\"status\":\"pulling ", "\"completed\":", "{\"status\":\"success\"}\n");
        assertThat(asker.post("/api/pull", "{\"model\":\"ai/nosuch\"}"))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(500))
                .satisfies(answer -> assertThat(answer.body()).contains("Failed to pull model: Model not found"));
        chat("ai/smollm2");
        asker.post("/api/generate", "{\"model\":\"ai/smollm2\"}");
        assertThat(asker.get("/api/ps").body()).isEqualTo("{\"models\":[]}\n");
        Map<String, String> none = Map.of();
        byte[] model = "{\"model\":\"ai/smollm2\"}".getBytes(UTF_8);
        assertThat(asker.ask("DELETE", "/api/delete", none, model).body()).isEqualTo("{}\n");
        assertThat(runner.models()).doesNotContain(SMOLLM);
    }

    @Test
    void responseIsStoredUntilItIsDeleted() {
        String created = asker.post("/responses", "{\"model\":\"ai/tiny\",\"input\":\"Hello\"}")
                .body();
        String path = "/v1/responses/" + Json.readObject(created).get("id");
        assertThat(asker.get(path).body()).contains("How can I help");
        assertThat(asker.delete(path).body()).contains("response.deleted");
        assertThat(asker.get(path).status()).isEqualTo(404);
    }

    @Test
    void headIsAnsweredAsGetWithoutBody() {
        Asker.Answer head = asker.ask("HEAD", "/models", Map.of(), new byte[0]);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.bytes()).isEmpty();
    }

    @Test
    void requestsAreKeptForTheTestToLookAt() {
        chat("ai/tiny");
        ReceivedRequest request = runner.requests().get(0);
        assertThat(request.path()).isEqualTo(CHAT);
        assertThat(request.body()).contains("Hello");
        assertThat(runner.endpoint().management()).isEqualTo(runner.baseUrl());
        assertThat(runner).hasToString("fake model runner at " + runner.baseUrl());
    }

    @Test
    void unreadableNamesAreRefusedBeforeTheStart() {
        assertThatIllegalArgumentException().isThrownBy(() -> FakeModel.chat("no name!"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FakeModel.chat("ai/tiny").withFiles());
    }

    @Test
    void recordsOfAModelVanishWithItsEngine() {
        chat("ai/tiny");
        assertThat(asker.get("/engines/requests?model=ai/tiny").body()).contains("chat.completion");
        asker.post("/engines/unload", "{\"all\":true}");
        assertThat(asker.get("/engines/requests").body()).isEqualTo("[]\n");
    }
}
