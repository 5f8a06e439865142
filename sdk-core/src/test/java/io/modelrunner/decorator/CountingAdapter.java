package io.modelrunner.decorator;

import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.Failure;
import io.modelrunner.Model;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An adapter whose answers take a moment, and that knows how many were under way at most. */
final class CountingAdapter implements LLMAdapter {
    private final Map<String, AtomicInteger> underWay = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> most = new ConcurrentHashMap<>();
    private final AtomicInteger answered = new AtomicInteger();

    int most(String model) {
        return most.getOrDefault(model, new AtomicInteger()).get();
    }

    int answered() {
        return answered.get();
    }

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public Health health() {
        return Health.up("test", null, "here");
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public List<Model> listModels() {
        return List.of();
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        Answer answer = new Answer(request);
        try {
            for (int i = 0; i < 3; i++) {
                answer.next();
            }
            return answer.whole();
        } finally {
            answer.close();
        }
    }

    @Override
    public ChatStream stream(ChatRequest request) {
        return ChatStream.of(new Answer(request));
    }

    @Override
    public void close() {}

    /** Three pieces, a moment apart. */
    private final class Answer implements ChatStream.Source {
        private final ChatRequest request;
        private final CountDownLatch closed = new CountDownLatch(1);
        private boolean counted; // guarded by this
        private int given;

        Answer(ChatRequest request) {
            this.request = request;
        }

        @Override
        public ChatEvent next() {
            if (given == 0) {
                count();
            }
            given++;
            await(ThreadLocalRandom.current().nextInt(300));
            if (given <= 3) {
                return new ChatEvent.Text("a");
            }
            return new ChatEvent.Completed(whole());
        }

        // One step with close(): who is closed before may not count himself after his place was handed on.
        private synchronized void count() {
            if (closed.getCount() == 0) {
                throw new CancelledException(Failure.of("closed").build());
            }
            String model = request.model().text();
            int now =
                    underWay.computeIfAbsent(model, name -> new AtomicInteger()).incrementAndGet();
            most.computeIfAbsent(model, name -> new AtomicInteger()).accumulateAndGet(now, Math::max);
            counted = true;
        }

        ChatResponse whole() {
            answered.incrementAndGet();
            return ChatResponse.builder(request.model(), name())
                    .appendText("aaa")
                    .build();
        }

        private void await(int micros) {
            try {
                if (closed.await(micros, TimeUnit.MICROSECONDS)) {
                    throw new CancelledException(Failure.of("closed").build());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancelledException(Failure.of("interrupted").build());
            }
        }

        @Override
        public synchronized void close() {
            closed.countDown();
            if (counted) {
                counted = false;
                underWay.get(request.model().text()).decrementAndGet();
            }
        }
    }
}
