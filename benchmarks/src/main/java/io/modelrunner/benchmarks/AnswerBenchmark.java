package io.modelrunner.benchmarks;

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

/** What an answer in one piece costs over a connection that is kept; an operation is an answer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls start() before all else
public class AnswerBenchmark {
    /** Who is measured. */
    @Param
    public Clients client = Clients.OURS;

    private StubProcess server;
    private Client measured;

    /** Starts the server, and makes sure that the client reads all there is. */
    @Setup
    public void start() {
        server = new StubProcess(1, 0);
        measured = client.at(server.url());
        if (!measured.ask().equals(Answers.text(Answers.TOKENS_OF_WHOLE_ANSWER))) {
            throw new IllegalStateException(client + " reads something else than was sent");
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
    public String answer() {
        return measured.ask();
    }
}
