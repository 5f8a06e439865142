package io.modelrunner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelrunner.EngineFailedException;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.decorator.LoggingListener;
import io.modelrunner.decorator.Observed;
import io.modelrunner.fallback.Fallback;
import io.modelrunner.store.PullPolicy;
import io.modelrunner.store.PullsModels;
import io.modelrunner.testing.Script;
import io.modelrunner.testing.ScriptedServer;
import io.modelrunner.testing.fake.FakeModel;
import io.modelrunner.testing.fake.FakeModelRunner;
import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a chain must know of this adapter, and what its servers may say without its being logged. */
@Timeout(60)
class ChainsOfHttpAdaptersTest {
    private static final ChatRequest ASKED = ChatRequest.of("ai/tiny", "xyzzy-secret");

    @Test
    void modelThatIsMissingIsNotPulledByAnotherStep() {
        try (FakeModelRunner first = FakeModelRunner.builder().start();
                FakeModelRunner second = FakeModelRunner.builder()
                        .registry(FakeModel.chat("ai/tiny"))
                        .start();
                HttpAdapter pulling = HttpAdapter.builder(second.baseUrl())
                        .pull(PullPolicy.IF_MISSING)
                        .build();
                Fallback chain = Fallback.of(HttpAdapter.at(first.baseUrl()), pulling)) {
            ModelNotFoundException e = catchThrowableOfType(ModelNotFoundException.class, () -> chain.chat(ASKED));
            assertThat(e.causes()).hasSize(2);
            assertThat(e.causes().get(1)).hasMessageContaining("not asked, as it would pull");
            assertThat(pulling.listModels()).isEmpty();
        }
    }

    @Test
    void adapterTellsWhetherItPulls() {
        try (HttpAdapter never = HttpAdapter.at("http://127.0.0.1:1");
                HttpAdapter always = HttpAdapter.builder("http://127.0.0.1:1")
                        .pull(PullPolicy.ALWAYS)
                        .build()) {
            assertThat(never.power(PullsModels.class))
                    .map(PullsModels::pullPolicy)
                    .contains(PullPolicy.NEVER);
            assertThat(always.power(PullsModels.class))
                    .map(PullsModels::pullPolicy)
                    .contains(PullPolicy.ALWAYS);
        }
    }

    @Test
    void wordsOfAServerAreNotLoggedAsTheyMayBeThoseOfThePrompt() {
        Script echo = Script.json(
                500,
                "{\"error\":{\"code\":500,\"message\":\"Failed to parse input: xyzzy-secret\",\"type\":\"server_error\"}}");
        List<String> logged = new CopyOnWriteArrayList<>();
        Logger root = Logger.getLogger("");
        Handler handler = recorder(logged);
        Level before = root.getLevel();
        root.addHandler(handler);
        root.setLevel(Level.ALL);
        try (ScriptedServer server = ScriptedServer.answering(echo);
                Fallback chain = Fallback.of(
                        HttpAdapter.at(server.url() + "/v1"), HttpAdapter.at(server.url() + "/engines/v1"))) {
            ModelRunnerException e = catchThrowableOfType(
                    EngineFailedException.class,
                    () -> Observed.by(chain, LoggingListener.create()).chat(ASKED));
            assertThat(e).hasMessageContaining("xyzzy-secret"); // who catches it may see what the server said
        } finally {
            root.setLevel(before);
            root.removeHandler(handler);
        }
        assertThat(logged).noneMatch(line -> line.contains("xyzzy-secret"));
        assertThat(logged)
                .anyMatch(line -> line.contains("step 1 (http) left: EngineFailedException at ")
                        && line.contains("status 500; going on with step 2 (http)"));
    }

    private static Handler recorder(List<String> logged) {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                Object[] values = line.getParameters();
                logged.add(values == null ? line.getMessage() : MessageFormat.format(line.getMessage(), values));
                if (line.getThrown() != null) {
                    logged.add(line.getThrown().toString());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
