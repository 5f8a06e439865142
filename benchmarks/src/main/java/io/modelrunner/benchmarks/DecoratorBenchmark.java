package io.modelrunner.benchmarks;

import io.modelrunner.adapter.CallListener;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.decorator.Caching;
import io.modelrunner.decorator.ConcurrencyLimit;
import io.modelrunner.decorator.Observed;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What stands before an adapter costs by itself: the adapter behind answers from memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls start() before all else
public class DecoratorBenchmark {
    /** What stands before the adapter. */
    public enum Way {
        /** Nothing. */
        BARE,
        /** A listener that does nothing. */
        OBSERVED,
        /** A limit that is not reached. */
        LIMITED,
        /** A cache that has the answer. */
        CACHED;

        LLMAdapter before(LLMAdapter adapter) {
            return switch (this) {
                case BARE -> adapter;
                case OBSERVED -> Observed.by(adapter, new CallListener() {});
                case LIMITED -> ConcurrencyLimit.of(adapter, 64);
                case CACHED -> Caching.of(adapter);
            };
        }
    }

    /** Who is measured. */
    @Param
    public Way way = Way.BARE;

    private final ChatRequest request =
            ChatRequest.builder("ai/smollm2").user("Hello").temperature(0).build();
    private LLMAdapter adapter;

    /** Makes the adapter, and fills the cache. */
    @Setup
    public void start() {
        adapter = way.before(new InstantAdapter());
        ChatResponse whole = adapter.chat(request);
        if (!whole.text().equals(adapter.stream(request).join().text())) {
            throw new IllegalStateException(way + " changes the answer");
        }
    }

    /** Ends it. */
    @TearDown
    public void stop() {
        adapter.close();
    }

    /** Asks for a whole answer. */
    @Benchmark
    public ChatResponse chat() {
        return adapter.chat(request);
    }

    /** Reads an answer of 1,000 pieces; from the cache it comes in one. */
    @Benchmark
    public void stream(Blackhole reader) {
        try (ChatStream stream = adapter.stream(request)) {
            for (ChatEvent event : stream) {
                reader.consume(event);
            }
        }
    }
}
