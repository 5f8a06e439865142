package io.modelrunner.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.Capability;
import io.modelrunner.ContextOverflowException;
import io.modelrunner.EngineFailedException;
import io.modelrunner.EngineUnavailableException;
import io.modelrunner.ModelBusyException;
import io.modelrunner.ModelLoadException;
import io.modelrunner.ModelLoadingException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.Remedy;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.UnauthorizedException;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.store.StoreDamagedException;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each form of an error becomes its exception, whatever its label. */
class RefusalsTest {
    private static final ChatRequest REQUEST = ChatRequest.of("ai/tiny", "my secret prompt");
    private static final String LOAD = "unable to load runner: error waiting for runner to be ready: ";
    private static final String DIED = LOAD + "llama.cpp terminated unexpectedly: llama.cpp failed: ";

    static List<Row> rows() {
        return List.of(
                // Docker Model Runner's own words
                row(
                                404,
                                "error while getting model: get model '\"ai/tiny\"': model not found\n",
                                ModelNotFoundException.class)
                        .remedy("docker model pull ai/tiny"),
                row(404, "Model not found", ModelNotFoundException.class).remedy("docker model pull ai/tiny"),
                row(404, "backend not found\n", EngineUnavailableException.class)
                        .remedy("docker model status"),
                row(404, "not found\n", OperationMissingException.class).remedy("check the address"),
                row(404, "404 page not found\n", OperationMissingException.class)
                        .remedy("check the address"),
                row(404, "", OperationMissingException.class),
                row(405, "Method Not Allowed\n", OperationMissingException.class),
                row(400, "invalid request\n", RequestRefusedException.class).staying(),
                row(400, "model is required\n", RequestRefusedException.class).staying(),
                row(400, "request too large\n", RequestRefusedException.class)
                        .staying()
                        .remedy("send less text"),
                row(413, "", RequestRefusedException.class).staying().remedy("send less text"),
                row(500, "model unavailable\n", StoreDamagedException.class).remedy("docker model pull ai/tiny"),
                row(
                                500,
                                "get config: read config file: open /models/x: no such file or directory",
                                StoreDamagedException.class)
                        .remedy("docker model pull ai/tiny"),
                row(412, "vLLM binary not found\n", EngineUnavailableException.class)
                        .remedy("docker model status"),
                row(
                        412,
                        "backend \"vllm\" is not installed; run: docker model install-runner --backend vllm",
                        EngineUnavailableException.class),
                row(503, "backend installation failed: python3 not found in PATH\n", EngineUnavailableException.class),
                row(
                        503,
                        "backend installation failed: failed to install diffusers: x",
                        EngineUnavailableException.class),
                row(503, "backend installer not started\n", ModelLoadingException.class)
                        .remedy("ask again"), // trap 10: the runner has just begun, and this passes by itself
                row(503, "service unavailable\n", RunnerUnreachableException.class)
                        .remedy("ask again"),
                row(503, "", RunnerUnreachableException.class).remedy("ask again"),
                row(
                                500,
                                DIED + "not enough GPU memory to load the model (CUDA)\n\nVerbose output:\nx",
                                ModelLoadException.class)
                        .remedy("use a smaller model"),
                row(500, DIED + "ggml: CUDA error: out of memory", ModelLoadException.class)
                        .remedy("use a smaller model"),
                row(
                                500,
                                DIED + "failed to load model\n\nVerbose output:\nto free device memory",
                                ModelLoadException.class)
                        .remedy("docker model pull ai/tiny"),
                row(500, LOAD + "failed to get args for llama.cpp: unsupported backend mode", ModelLoadException.class)
                        .remedy("docker model logs"),
                row(500, LOAD + "failed to get draft model: model not found", ModelLoadException.class),
                row(500, "unable to load runner: backend loading disabled", ModelLoadException.class),
                row(
                                500,
                                "{\"type\":\"error\",\"code\":null,\"message\":\"llama.cpp terminated unexpectedly: x\",\"param\":null,\"sequence_number\":1}",
                                EngineFailedException.class)
                        .remedy("ask again"),
                row(500, "", EngineFailedException.class).remedy("ask again"),
                row(502, "", EngineFailedException.class).remedy("ask again"),
                row(504, "<html><body>504 Gateway Time-out</body></html>", EngineFailedException.class),
                row(403, "Origin not allowed\n", UnauthorizedException.class).staying(),
                // llama.cpp
                row(
                                400,
                                llama(400, "Field 'max_tokens': type must be number", "invalid_request_error"),
                                RequestRefusedException.class)
                        .staying(),
                row(
                                400,
                                llama(
                                        400,
                                        "request (3009 tokens) exceeds the available context size (2048 tokens)",
                                        "exceed_context_size_error"),
                                ContextOverflowException.class)
                        .staying()
                        .remedy("shorten the conversation"),
                row(
                                500,
                                llama(
                                        500,
                                        "input (3001 tokens) is too large to process. increase the physical batch size",
                                        "server_error"),
                                ContextOverflowException.class)
                        .staying(),
                row(
                                500,
                                llama(500, "image input is not supported - hint: mmproj", "server_error"),
                                UnsupportedOptionException.class)
                        .remedy("use a multimodal model"),
                row(401, llama(401, "Invalid API Key", "authentication_error"), UnauthorizedException.class)
                        .staying()
                        .remedy("HttpAdapter.builder(…).apiKey(…)"),
                row(403, llama(403, "no", "permission_error"), UnauthorizedException.class)
                        .staying(),
                row(404, llama(404, "File Not Found", "not_found_error"), OperationMissingException.class),
                row(
                        501,
                        llama(501, "This server does not support embeddings", "not_supported_error"),
                        OperationMissingException.class),
                row(503, llama(503, "Loading model", "unavailable_error"), ModelLoadingException.class)
                        .remedy("ask again"),
                row(500, llama(500, "something else", "server_error"), EngineFailedException.class),
                // others
                row(
                        404,
                        "{\"error\":{\"message\":\"model \\\"x\\\" not found, try pulling it first\",\"type\":\"not_found_error\"}}",
                        ModelNotFoundException.class),
                row(404, "{\"error\":\"model 'x' not found\"}", ModelNotFoundException.class),
                row(
                        404,
                        "{\"object\":\"error\",\"message\":\"The model `x` does not exist.\",\"type\":\"NotFoundError\",\"code\":404}",
                        ModelNotFoundException.class),
                row(404, "{\"detail\":\"Not Found\"}", OperationMissingException.class),
                row(
                                422,
                                "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"field required\"}]}",
                                RequestRefusedException.class)
                        .staying(),
                row(429, "slow down", ModelBusyException.class).remedy("ask again"),
                row(408, "", EngineFailedException.class).remedy("ask again"),
                row(500, "{\"error\":null,\"message\":\"terminated unexpectedly\"}", EngineFailedException.class),
                row(500, llama(500, "Context size has been exceeded.", "server_error"), EngineFailedException.class)
                        .remedy("docker model configure --context-size"),
                row(599, "", EngineFailedException.class),
                row(307, "<a href=\"/engines/\">Temporary Redirect</a>.", RunnerUnreachableException.class)
                        .remedy("docker model status"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void errorBecomesItsException(Row row) {
        for (String label : List.of("application/json", "text/plain; charset=utf-8")) {
            assertRow(row, refusal(row.status, label, row.body));
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void errorBeforeAStreamBecomesTheSame(Row row) {
        try (HttpAdapter adapter = adapter(row.status, "text/plain", row.body);
                ChatStream stream = adapter.stream(REQUEST)) {
            assertRow(row, catchThrowableOfType(ModelRunnerException.class, stream::join));
        }
    }

    private static void assertRow(Row row, ModelRunnerException e) {
        assertThat(e).isExactlyInstanceOf(row.type);
        assertThat(e.elsewhere()).isEqualTo(row.elsewhere);
        assertThat(e.status()).hasValue(row.status);
        assertThat(e.model()).contains(REQUEST.model());
        assertThat(e.adapter()).contains("http");
        assertThat(e.endpoint()).contains("http://localhost:12434/engines/v1");
        assertThat(e.partialText()).isEmpty();
        if (row.remedy != null) {
            assertThat(e.remedies())
                    .extracting(Remedy::command)
                    .first()
                    .asString()
                    .startsWith(row.remedy);
        }
    }

    @Test
    void contextOverflowNamesBothCounts() {
        String body = "{\"error\":{\"n_ctx\":2048,\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":3009,"
                + "\"message\":\"request (3009 tokens) exceeds the available context size (2048 tokens)\",\"code\":400}}";
        ContextOverflowException e = (ContextOverflowException) refusal(400, "application/json", body);
        assertThat(e.promptTokens()).hasValue(3_009);
        assertThat(e.contextTokens()).hasValue(2_048);
        assertThat(e.remedies()).extracting(Remedy::command).anyMatch(command -> command.contains("--context-size"));
    }

    @Test
    void tooLargeInputNamesItsCount() {
        String body = llama(500, "input (3001 tokens) is too large to process.", "server_error");
        ContextOverflowException e = (ContextOverflowException) refusal(500, "application/json", body);
        assertThat(e.promptTokens()).hasValue(3_001);
        assertThat(e.contextTokens()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"code\":400,\"message\":\"INNER\",\"type\":\"api_error\"}}",
                "{\"error\":\"INNER\"}",
                "{\"message\":\"INNER\"}",
                "{\"detail\":\"INNER\"}"
            })
    void errorInsideTheTextOfAnErrorCounts(String outer) {
        String inner = "{\"error\":{\"code\":400,\"message\":\"request exceeds the available context size\","
                + "\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":3009,\"n_ctx\":2048}}";
        String body = outer.replace("INNER", inner.replace("\"", "\\\""));
        ModelRunnerException e = refusal(400, "application/json", body);
        assertThat(e).isInstanceOfSatisfying(ContextOverflowException.class, overflow -> {
            assertThat(overflow.promptTokens()).hasValue(3_009);
            assertThat(overflow.contextTokens()).hasValue(2_048);
            assertThat(overflow.what()).contains("request exceeds").doesNotContain("{");
        });
    }

    @Test
    void unsupportedInputNamesTheCapability() {
        UnsupportedOptionException e = (UnsupportedOptionException)
                refusal(500, "application/json", llama(500, "image input is not supported", "server_error"));
        assertThat(e.capability()).isEqualTo(Capability.IMAGES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"error\":{\"message\":\"said\"}} | said",
                "{\"error\":\"said\"} | said",
                "{\"message\":\"said\"} | said",
                "{\"detail\":\"said\"} | said",
                "{\"detail\":[{\"msg\":\"said\"}]} | said",
                "{\"error\":null,\"message\":\"said\"} | said",
                "{\"error\":{},\"message\":\"said\"} | said",
                "  said  | said",
                "{\"half\": | half",
                "<html><h1>said</h1></html> | said"
            })
    void whatTheServerSaidIsInTheMessage(String body, String said) {
        assertThat(refusal(400, "text/plain", body).what()).contains(said);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 402, 408, 418, 422, 429, 599})
    void statusIsInTheMessageWhereItTellsMostOfWhatWentWrong(int status) {
        assertThat(refusal(status, "text/plain", "no").what())
                .contains("status " + status)
                .endsWith(": no");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429})
    void whatIsTooMuchOrTooSlowIsNotRepeatedByItself(int status) {
        try (ScriptedServer server = ScriptedServer.answering(Script.json(status, "{}"));
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, () -> adapter.chat(REQUEST));
            assertThat(e.elsewhere()).isTrue();
            assertThat(e.timeline().attempts()).hasSize(1);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void longBodyIsShortened() {
        ModelRunnerException e = refusal(500, "text/plain", "word ".repeat(100_000));
        assertThat(e.what()).hasSizeLessThan(500).endsWith("…");
        assertThat(refusal(500, "text/plain", "\n\nfirst\nsecond\nthird").what())
                .contains("first")
                .doesNotContain("second");
    }

    @Test
    void shorteningKeepsPairsOfSurrogatesTogether() {
        String what = refusal(500, "text/plain", "x" + "🦙".repeat(400)).what();
        assertThat(what).endsWith("🦙…");
    }

    @Test
    void endlessErrorIsGivenUp() {
        try (ScriptedServer server = ScriptedServer.answering(exchange -> {
                    exchange.head(500, "Content-Type: text/plain", "Transfer-Encoding: chunked");
                    exchange.repeat("x".repeat(10_000), Duration.ofMillis(1));
                });
                HttpAdapter adapter = HttpAdapter.at(server.url() + "/v1")) {
            EngineFailedException e = catchThrowableOfType(EngineFailedException.class, () -> adapter.chat(REQUEST));
            assertThat(e.what()).hasSizeLessThan(500);
            server.awaitClientClosed(Duration.ofSeconds(20));
        }
    }

    @Test
    void messagesHaveNeitherPromptNorKey() {
        for (Row row : rows()) {
            try (HttpAdapter adapter = new HttpAdapter(
                    HttpAdapter.builder("http://localhost:12434/engines/v1").apiKey("my secret key"),
                    InProcess.transport(
                            row.status, "text/plain", new ByteArrayInputStream(row.body.getBytes(UTF_8))))) {
                ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, () -> adapter.chat(REQUEST));
                assertThat(e + " " + e.remedies()).doesNotContain("secret");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "404, 404 page not found, io.modelrunner.OperationMissingException",
        "401, '{\"error\":{\"message\":\"Invalid API Key\"}}', io.modelrunner.UnauthorizedException",
        "503, '{\"error\":{\"message\":\"Loading model\"}}', io.modelrunner.ModelLoadingException",
        "500, '', io.modelrunner.EngineFailedException",
        "302, '', io.modelrunner.RunnerUnreachableException"
    })
    void listingFailsInTheSameWays(int status, String body, Class<? extends ModelRunnerException> type) {
        try (HttpAdapter adapter = adapter(status, "text/plain", body)) {
            ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, adapter::listModels);
            assertThat(e).isExactlyInstanceOf(type);
            assertThat(e.status()).hasValue(status);
            assertThat(e.model()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "<html>", "[]", "{}", "{\"data\":{}}", "{\"data\":", "{\"error\":{\"message\":\"no\"}}"})
    void listOfAnotherFormIsBroken(String body) {
        try (HttpAdapter adapter = adapter(200, "application/json", body)) {
            BrokenAnswerException e = catchThrowableOfType(BrokenAnswerException.class, adapter::listModels);
            assertThat(e.remedies()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "[]",
                "{}",
                "{\"choices\":[]}",
                "{\"choices\":[null]}",
                "{\"choices\":[{\"message\":{\"con"
            })
    void chatOfAnotherFormIsBroken(String body) {
        assertThat(refusal(200, "application/json", body)).isExactlyInstanceOf(BrokenAnswerException.class);
    }

    private static ModelRunnerException refusal(int status, String contentType, String body) {
        try (HttpAdapter adapter = adapter(status, contentType, body)) {
            ModelRunnerException e = catchThrowableOfType(ModelRunnerException.class, () -> adapter.chat(REQUEST));
            assertThat(e).isNotNull();
            return e;
        }
    }

    private static HttpAdapter adapter(int status, String contentType, String body) {
        return InProcess.adapter(status, contentType, new ByteArrayInputStream(body.getBytes(UTF_8)));
    }

    private static String llama(int code, String message, String type) {
        return "{\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\",\"type\":\"" + type + "\"}}";
    }

    private static Row row(int status, String body, Class<? extends ModelRunnerException> type) {
        return new Row(status, body, type, true, null);
    }

    /** What must come of an error. */
    private record Row(
            int status,
            String body,
            Class<? extends ModelRunnerException> type,
            boolean elsewhere,
            @Nullable String remedy) {
        /** Another adapter would do no better. */
        Row staying() {
            return new Row(status, body, type, false, remedy);
        }

        Row remedy(String command) {
            return new Row(status, body, type, elsewhere, command);
        }

        @Override
        public String toString() {
            return status + " " + body.lines().findFirst().orElse("(empty)") + " → " + type.getSimpleName();
        }
    }
}
