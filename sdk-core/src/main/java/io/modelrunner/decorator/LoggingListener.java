package io.modelrunner.decorator;

import io.modelrunner.Answer;
import io.modelrunner.BrokenAnswerException;
import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.ModelUnavailableException;
import io.modelrunner.RunnerUnreachableException;
import io.modelrunner.TimedOutException;
import io.modelrunner.adapter.CallInfo;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.CompletionRequest;
import io.modelrunner.chat.ContentPart;
import io.modelrunner.chat.Message;
import io.modelrunner.internal.LogWords;
import io.modelrunner.retrieval.EmbeddingRequest;
import io.modelrunner.retrieval.RerankRequest;
import io.modelrunner.store.PullEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.Collectors;

/**
 * Logs what becomes of calls, to the {@link System.Logger} {@code io.modelrunner}.
 *
 * <p>Start, first token and answer at {@code DEBUG}; failures at {@code WARNING} if runner or model are at fault, else at {@code INFO}, by
 * their kind and place without their message, which may have words of a server in it; begin and end of pulls, where the adapter tells
 * of them, at {@code INFO}, each tenth of them at {@code DEBUG}. That a chain goes on with another step is logged by the chain itself.
 * Never logs text of prompts and answers, at no level, unless it is {@linkplain #withText() told to}. Safe for use by several threads.
 */
public final class LoggingListener implements CallListener {
    private static final Logger LOGGER = System.getLogger("io.modelrunner");

    private final boolean withText;

    /** How many tenths were logged of the pulls under way; weak, as of one that fails no last event is told. */
    private final Map<ModelName, Integer> tenths = Collections.synchronizedMap(new WeakHashMap<>());

    private LoggingListener(boolean withText) {
        this.withText = withText;
    }

    /** {@return a listener that logs no text of prompts and answers} */
    public static LoggingListener create() {
        return new LoggingListener(false);
    }

    /** {@return a listener that logs the text of prompts and answers, too, at {@code DEBUG}: not where others can read them} */
    public static LoggingListener withText() {
        return new LoggingListener(true);
    }

    @Override
    public void onStart(CallInfo call) {
        LOGGER.log(Level.DEBUG, () -> call + ": started" + (withText ? ": " + text(call) : ""));
    }

    @Override
    public void onFirstToken(CallInfo call, Duration after) {
        LOGGER.log(Level.DEBUG, () -> call + ": first token after " + after.toMillis() + " ms");
    }

    @Override
    public void onCompleted(CallInfo call, Answer answer, Duration took) {
        LOGGER.log(
                Level.DEBUG,
                () -> call + ": answered by " + answer.adapter() + " in " + took.toMillis() + " ms" + facts(answer)
                        + (withText && answer instanceof ChatResponse chat ? ": " + chat.text() : ""));
    }

    private static String facts(Answer answer) {
        StringBuilder facts = new StringBuilder();
        if (answer instanceof ChatResponse chat) {
            facts.append(", ").append(chat.finishReason());
        }
        answer.promptTokens().ifPresent(prompt -> {
            facts.append(", ").append(prompt);
            answer.completionTokens()
                    .ifPresent(completion -> facts.append(" + ").append(completion));
            facts.append(" tokens");
        });
        return facts.toString();
    }

    @Override
    public void onFailed(CallInfo call, RuntimeException failure, Duration took) {
        boolean alarming = isAlarming(failure) || !(failure instanceof ModelRunnerException);
        LOGGER.log(
                alarming ? Level.WARNING : Level.INFO,
                () -> call + ": failed after " + took.toMillis() + " ms: " + LogWords.of(failure));
        if (withText) {
            LOGGER.log(Level.DEBUG, () -> call + ": failed: " + failure.getMessage());
        }
    }

    private static boolean isAlarming(RuntimeException failure) {
        return failure instanceof RunnerUnreachableException
                || failure instanceof ModelUnavailableException
                || failure instanceof BrokenAnswerException
                || failure instanceof TimedOutException;
    }

    @Override
    public void onPull(ModelName model, PullEvent event) {
        if (event instanceof PullEvent.Started) {
            tenths.remove(model);
            LOGGER.log(Level.INFO, () -> "pulling " + model);
        } else if (event instanceof PullEvent.Done) {
            tenths.remove(model);
            LOGGER.log(Level.INFO, () -> "pulled " + model);
        } else if (event instanceof PullEvent.Warning warning) {
            LOGGER.log(Level.INFO, () -> "pulling " + model + ": " + warning.message());
        } else {
            progress(model, event.percent() / 10);
        }
    }

    private void progress(ModelName model, int tenth) {
        Integer before = tenths.put(model, tenth);
        if (tenth > (before == null ? 0 : before)) {
            LOGGER.log(Level.DEBUG, () -> "pulling " + model + ": " + tenth * 10 + " %");
        }
    }

    private static String text(CallInfo call) {
        return call.request(ChatRequest.class)
                .map(chat -> chat.messages().stream().map(LoggingListener::text).collect(Collectors.joining(" | ")))
                .or(() -> call.request(CompletionRequest.class).map(CompletionRequest::prompt))
                .or(() -> call.request(EmbeddingRequest.class).map(embedding -> String.join(" | ", embedding.texts())))
                .or(() -> call.request(RerankRequest.class)
                        .map(reranking ->
                                "query: " + reranking.query() + " | " + String.join(" | ", reranking.texts())))
                .orElse("");
    }

    private static String text(Message message) {
        if (message instanceof Message.User user) {
            return "user: "
                    + user.parts().stream()
                            .map(part -> part instanceof ContentPart.Text text ? text.text() : part.toString())
                            .collect(Collectors.joining(" "));
        }
        if (message instanceof Message.SystemPrompt system) {
            return "system: " + system.text();
        }
        if (message instanceof Message.Assistant assistant) {
            return "assistant: " + assistant.text();
        }
        return message instanceof Message.ToolResult result ? "tool: " + result.text() : "";
    }
}
