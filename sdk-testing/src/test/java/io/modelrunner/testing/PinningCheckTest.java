package io.modelrunner.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.pinned.PinsOnPurpose;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

@EnabledForJreRange(min = JRE.JAVA_21)
@Timeout(60)
class PinningCheckTest {
    @Test
    void pinnedWaitOfCodeUnderTestIsReportedWithItsStack() throws InterruptedException {
        PinningCheck check = PinningCheck.start();
        TestThreads.startVirtual(PinsOnPurpose::once).join();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(check::finish)
                .withMessageContaining("were pinned, 1 times")
                .withMessageContaining("\n\tat io.modelrunner.pinned.PinsOnPurpose.<clinit>:");
    }

    @Test
    void waitThatIsNotPinnedIsFine() throws InterruptedException {
        PinningCheck check = PinningCheck.start();
        TestThreads.startVirtual(() -> LockSupport.parkNanos(20_000_000)).join();
        assertThatCode(check::finish).doesNotThrowAnyException();
    }

    @Test
    void pinnedWaitOfTheKitItselfIsNotCounted() throws InterruptedException {
        PinningCheck check = PinningCheck.start();
        TestThreads.startVirtual(PinsInTheKit::once).join();
        assertThatCode(check::finish).doesNotThrowAnyException();
    }

    /** Stands for what the kit does itself. */
    private static final class PinsInTheKit {
        static {
            LockSupport.parkNanos(20_000_000);
        }

        static void once() {}
    }
}
