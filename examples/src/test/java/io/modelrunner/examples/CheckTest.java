package io.modelrunner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.CancelledException;
import io.modelrunner.Capability;
import io.modelrunner.EngineUnavailableException;
import io.modelrunner.Failure;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.RequestRefusedException;
import io.modelrunner.UnsupportedOptionException;
import io.modelrunner.mock.MockAdapter;
import io.modelrunner.sdk.ModelRunner;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CheckTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void stepThatReturnsHasPassed() {
        Check.Result result = run(asked -> "seen " + asked.chatModel());
        assertThat(result.verdict()).isEqualTo(Check.Verdict.PASSED);
        assertThat(result.detail()).isEqualTo("seen mock");
        assertThat(result.took()).isPositive().isLessThan(LONG);
    }

    @Test
    void whatTheRunnerLacksIsNotOffered() {
        assertThat(verdict(new OperationMissingException(failure()))).isEqualTo(Check.Verdict.NOT_OFFERED);
        assertThat(verdict(new EngineUnavailableException(failure()))).isEqualTo(Check.Verdict.NOT_OFFERED);
        assertThat(verdict(new UnsupportedOptionException(failure(), Capability.IMAGES)))
                .isEqualTo(Check.Verdict.NOT_OFFERED);
        assertThat(run(asked -> {
                    throw new Check.NotOffered("it has none");
                }))
                .extracting(Check.Result::verdict, Check.Result::detail)
                .containsExactly(Check.Verdict.NOT_OFFERED, "it has none");
    }

    @Test
    void everythingElseHasFailed() {
        assertThat(verdict(new RequestRefusedException(failure()))).isEqualTo(Check.Verdict.FAILED);
        assertThat(run(asked -> {
                    throw new Check.Unexpected("two answers");
                }))
                .extracting(Check.Result::verdict, Check.Result::detail)
                .containsExactly(Check.Verdict.FAILED, "two answers");
        assertThat(run(asked -> {
                            throw new IllegalStateException("a bug");
                        })
                        .detail())
                .startsWith("unexpected java.lang.IllegalStateException: a bug");
    }

    @Test
    void stepThatTakesTooLongIsInterruptedAndHasFailed() {
        AtomicBoolean begun = new AtomicBoolean();
        AtomicBoolean interrupted = new AtomicBoolean();
        Duration limit = Duration.ofMillis(25);
        do { // a step that a busy machine has not even begun when its limit is over can't be interrupted
            limit = limit.multipliedBy(2);
            Check.Result result = new Check("slow", limit, asked -> {
                        begun.set(true);
                        awaitInterrupt();
                        interrupted.set(true);
                        return "never";
                    })
                    .run(subject());
            assertThat(result.verdict()).isEqualTo(Check.Verdict.FAILED);
            assertThat(result.detail()).isEqualTo("it took longer than " + limit.toMillis() + " ms");
        } while (!begun.get());
        assertThat(interrupted).isTrue();
    }

    @Test
    void cancelEndsAllAndIsNoResult() {
        assertThatThrownBy(() -> verdict(new CancelledException(failure()))).isInstanceOf(CancelledException.class);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> run(asked -> {
                    awaitInterrupt();
                    return "never";
                }))
                .isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private static void awaitInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Check.Verdict verdict(ModelRunnerException e) {
        return run(asked -> {
                    throw e;
                })
                .verdict();
    }

    private static Check.Result run(Check.Step step) {
        return new Check("any", LONG, step).run(subject());
    }

    private static Subject subject() {
        return new Subject(ModelRunner.builder().adapter(MockAdapter.echo()).build(), "mock", Optional.empty());
    }

    private static Failure failure() {
        return Failure.of("it is so").remedy("another one", "").build();
    }
}
