package io.modelrunner.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What a chunk of a streamed answer costs; an operation is a chunk. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls start() before all else
public class StreamBenchmark {
    static final int CHUNKS = 2_000;

    /** Who is measured. */
    @Param
    public Clients client = Clients.OURS;

    private StubProcess server;
    private Client measured;

    /** Starts the server, and makes sure that the client reads all there is. */
    @Setup
    public void start() {
        server = new StubProcess(CHUNKS, 0);
        measured = client.at(server.url());
        if (!measured.stream(piece -> {}).equals(Answers.text(CHUNKS))) {
            throw new IllegalStateException(client + " reads something else than was sent");
        }
    }

    /** Ends both. */
    @TearDown
    public void stop() {
        measured.close();
        server.close();
    }

    /** Reads one answer to its end. */
    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public String chunk(Blackhole pieces) {
        return measured.stream(pieces::consume);
    }
}
