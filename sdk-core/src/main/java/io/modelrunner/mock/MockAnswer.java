package io.modelrunner.mock;

import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.chat.Usage;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One answer of a mock as it is given, piece by piece. */
final class MockAnswer implements ChatStream.Source {
    private final MockAdapter adapter;
    private final ChatRequest request;
    private final MockReply reply;
    private final Iterator<String> pieces;
    private final Iterator<ToolCall> calls;
    private final ChatResponse.Builder response;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Timeouts.Phase phase = Timeouts.Phase.FIRST_TOKEN;
    private long begun;
    private int given;

    MockAnswer(MockAdapter adapter, ChatRequest request, MockReply reply) {
        this.adapter = adapter;
        this.request = request;
        this.reply = reply;
        this.pieces = reply.pieces().iterator();
        this.calls = reply.toolCalls().iterator();
        this.response = ChatResponse.builder(request.model(), adapter.name());
    }

    @Override
    public ChatEvent next() {
        if (given == 0) {
            begun = System.nanoTime();
        }
        await(reply.delay(), phase);
        phase = Timeouts.Phase.BETWEEN_TOKENS;
        given++;
        if (pieces.hasNext()) {
            String piece = pieces.next();
            response.appendText(piece);
            return new ChatEvent.Text(piece);
        }
        if (calls.hasNext()) {
            ToolCall call = calls.next();
            response.toolCall(call).finishReason(FinishReason.TOOL_CALLS);
            return new ChatEvent.ToolCallEvent(call);
        }
        return new ChatEvent.Completed(end());
    }

    /** The whole answer at once, after all its pauses. */
    ChatResponse whole() {
        int waits = reply.pieces().size() + reply.toolCalls().size() + 1;
        await(reply.delay().multipliedBy(waits), Timeouts.Phase.ANSWER);
        reply.pieces().forEach(response::appendText);
        reply.toolCalls().forEach(response::toolCall);
        if (!reply.toolCalls().isEmpty()) {
            response.finishReason(FinishReason.TOOL_CALLS);
        }
        given = waits;
        return end();
    }

    private ChatResponse end() {
        Supplier<? extends ModelRunnerException> failure = reply.failure();
        if (failure != null) {
            throw failure.get();
        }
        int promptWords = request.messages().size();
        return response.usage(Usage.of(promptWords, given - 1))
                .servedModel("mock")
                .warning("answered by a mock: no model was asked, and no option of the request applied")
                .build();
    }

    private void await(Duration pause, Timeouts.Phase waitedFor) {
        Duration limit = request.timeouts().of(waitedFor).orElse(pause);
        Duration total = totalLeft(waitedFor).orElse(limit);
        if (total.compareTo(limit) < 0) {
            await(pause, total, Timeouts.Phase.TOTAL);
        } else {
            await(pause, limit, waitedFor);
        }
    }

    /** What is left of the limit of the whole streamed answer, if there is one. */
    private Optional<Duration> totalLeft(Timeouts.Phase waitedFor) {
        return request.timeouts()
                .of(Timeouts.Phase.TOTAL)
                .filter(total -> waitedFor != Timeouts.Phase.ANSWER)
                .map(total -> total.minusNanos(System.nanoTime() - begun));
    }

    private void await(Duration pause, Duration most, Timeouts.Phase waitedFor) {
        boolean late = pause.compareTo(most) > 0;
        adapter.enter(this);
        try {
            if (closed.await(late ? most.toNanos() : pause.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new CancelledException(failure("the answer was cancelled"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException(failure("the thread was interrupted"));
        } finally {
            adapter.leave(this);
        }
        if (late) {
            Duration limit = request.timeouts().of(waitedFor).orElse(most);
            String what = "the mock took longer than " + limit + " (" + waitedFor.label() + ")";
            throw new TimedOutException(failure(what), waitedFor, limit);
        }
    }

    private Failure failure(String what) {
        return Failure.of(what)
                .adapter(adapter.name())
                .model(request.model())
                .partialText(response.textSoFar())
                .build();
    }

    @Override
    public CancelledException cancelled() {
        return new CancelledException(failure("the stream was closed"));
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
