package io.modelrunner.testcontainers;

import io.modelrunner.CancelledException;
import io.modelrunner.TimedOutException;
import io.modelrunner.Timeouts;
import io.modelrunner.Timeouts.Phase;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** One caller of a soak test: chats, streams, and gives up in every way there is, at random. */
final class SoakWorker implements Runnable {
    /** What it does. */
    enum Deed {
        CHAT,
        STREAM,
        ABANDON,
        CLOSE_FROM_ELSEWHERE,
        INTERRUPT_CHAT,
        INTERRUPT_STREAM,
        TINY_LIMIT
    }

    /** A question, and what every answer to it begins with. */
    private record Question(String text, String answer) {}

    private static final List<Question> SHORT =
            List.of(new Question("ping", "pong"), new Question("Hello", "Hello! How can I help you today?"));
    private static final Question LONG = new Question("Repeat: la la la la la la la la la la la la", "la la la");
    private static final int MOST_TOKENS = 200;
    private static final int LATEST_CANCEL_MILLIS = 400;
    private static final List<Phase> PHASES =
            List.of(Phase.LOAD, Phase.FIRST_TOKEN, Phase.BETWEEN_TOKENS, Phase.TOTAL, Phase.ANSWER);

    private final List<LLMAdapter> adapters;
    private final SoakFigures figures;
    private final ScheduledExecutorService others;
    private final Random random;
    private final long end;

    /**
     * @param others do what another thread does
     * @param end the {@link System#nanoTime()} at which it stops
     */
    SoakWorker(
            List<LLMAdapter> adapters, SoakFigures figures, ScheduledExecutorService others, Random random, long end) {
        this.adapters = adapters;
        this.figures = figures;
        this.others = others;
        this.random = random;
        this.end = end;
    }

    @Override
    public void run() {
        while (System.nanoTime() < end) {
            Deed deed = Deed.values()[random.nextInt(Deed.values().length)];
            LLMAdapter adapter = adapters.get(random.nextInt(adapters.size()));
            String kind = adapter.name() + " " + deed;
            try {
                figures.ended(kind, does(deed, adapter));
            } catch (RuntimeException | AssertionError e) {
                figures.ended(kind, e.getClass().getSimpleName() + ", unexpected");
                figures.unexpected(new AssertionError(kind + ": " + e, e));
            }
        }
    }

    private String does(Deed deed, LLMAdapter adapter) {
        return switch (deed) {
            case CHAT -> whole(adapter, shortQuestion());
            case STREAM -> streamed(adapter, random.nextBoolean() ? shortQuestion() : LONG);
            case ABANDON -> abandoned(adapter);
            case CLOSE_FROM_ELSEWHERE -> closedFromElsewhere(adapter);
            case INTERRUPT_CHAT -> interrupted(() -> whole(adapter, LONG));
            case INTERRUPT_STREAM -> interrupted(() -> streamed(adapter, LONG));
            case TINY_LIMIT -> limited(adapter);
        };
    }

    private Question shortQuestion() {
        return SHORT.get(random.nextInt(SHORT.size()));
    }

    private static ChatRequest request(Question question) {
        return ChatRequest.builder(LlamaCppContainer.TINY)
                .user(question.text())
                .temperature(0)
                .maxTokens(MOST_TOKENS)
                .build();
    }

    private String whole(LLMAdapter adapter, Question question) {
        ChatResponse response = adapter.chat(request(question));
        response.usage().ifPresent(usage -> figures.tokens(usage.completionTokens()));
        check(response.text(), question.answer(), true);
        return "answered";
    }

    private String streamed(LLMAdapter adapter, Question question) {
        try (ChatStream stream = adapter.stream(request(question))) {
            read(stream, Integer.MAX_VALUE);
            check(stream.response().orElseThrow().text(), question.answer(), true);
            return "answered";
        } catch (CancelledException e) {
            check(e.partialText(), question.answer(), false);
            throw e;
        }
    }

    private String abandoned(LLMAdapter adapter) {
        try (ChatStream stream = adapter.stream(request(LONG))) {
            read(stream, 1 + random.nextInt(MOST_TOKENS / 4));
        }
        return "given up";
    }

    private String closedFromElsewhere(LLMAdapter adapter) {
        try (ChatStream stream = adapter.stream(request(LONG))) {
            Future<?> close = others.schedule(stream::close, someTime(), TimeUnit.MILLISECONDS);
            try {
                read(stream, Integer.MAX_VALUE);
                return "answered";
            } catch (CancelledException e) {
                check(e.partialText(), LONG.answer(), false);
                return "cancelled";
            } finally {
                close.cancel(false);
            }
        }
    }

    /** What a call under way does. */
    private interface Doing {
        String run();
    }

    private String interrupted(Doing doing) {
        Interrupt interrupt = new Interrupt(Thread.currentThread());
        Future<?> later = others.schedule(interrupt, someTime(), TimeUnit.MILLISECONDS);
        try {
            return doing.run();
        } catch (CancelledException e) {
            if (!Thread.currentThread().isInterrupted()) {
                throw new AssertionError("the interrupt was swallowed", e);
            }
            return "cancelled";
        } finally {
            later.cancel(false);
            interrupt.end();
        }
    }

    /** An interrupt that strikes one deed, and never the next one: one that is under way is waited for. */
    private static final class Interrupt implements Runnable {
        private final Thread reader;
        private boolean ended;

        Interrupt(Thread reader) {
            this.reader = reader;
        }

        @Override
        public synchronized void run() {
            if (!ended) {
                reader.interrupt();
            }
        }

        synchronized void end() {
            ended = true;
            Thread.interrupted();
        }
    }

    private String limited(LLMAdapter adapter) {
        Phase phase = PHASES.get(random.nextInt(PHASES.size()));
        Duration limit = Duration.ofMillis(1 + random.nextInt(40));
        ChatRequest request = request(LONG).toBuilder()
                .timeouts(Timeouts.builder().limit(phase, limit).build())
                .build();
        try {
            if (phase == Phase.ANSWER) {
                adapter.chat(request);
                return "answered";
            }
            try (ChatStream stream = adapter.stream(request)) {
                read(stream, Integer.MAX_VALUE);
                return "answered";
            }
        } catch (TimedOutException e) {
            check(e.partialText(), LONG.answer(), false);
            return "timed out";
        }
    }

    private void read(ChatStream stream, int most) {
        long begin = System.nanoTime();
        int count = 0;
        for (Iterator<ChatEvent> events = stream.iterator(); count < most && events.hasNext(); ) {
            if (events.next() instanceof ChatEvent.Text) {
                if (count++ == 0) {
                    figures.firstToken(System.nanoTime() - begin);
                }
                figures.token();
            }
        }
    }

    private int someTime() {
        return random.nextInt(LATEST_CANCEL_MILLIS);
    }

    /** Each question has its own answer, so that one is noticed that has got to somebody else. */
    private static void check(String text, String expected, boolean whole) {
        String start = text.substring(0, Math.min(text.length(), expected.length()));
        if (whole ? !start.equals(expected) : !expected.startsWith(start)) {
            throw new AssertionError("the answer is another one: " + text);
        }
    }
}
