package io.modelrunner.benchmarks;

import java.util.Arrays;
import java.util.List;
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

/** What 64 vectors of 768 numbers cost over a connection that is kept; an operation is a call. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls start() before all else
public class EmbeddingBenchmark {
    /** What is measured. */
    @Param
    public EmbeddingWay way = EmbeddingWay.OURS_BASE64;

    private StubProcess server;
    private EmbeddingWay.Client measured;

    /** Starts the server, and makes sure that the client reads the numbers that were sent. */
    @Setup
    public void start() {
        server = new StubProcess(1, 0);
        measured = way.at(server.url());
        if (!Arrays.deepEquals(measured.embed().toArray(), Vectors.vectors().toArray())) {
            throw new IllegalStateException(way + " reads something else than was sent");
        }
    }

    /** Ends both. */
    @TearDown
    public void stop() {
        measured.close();
        server.close();
    }

    /** Asks once. */
    @Benchmark
    public List<float[]> embed() {
        return measured.embed();
    }
}
