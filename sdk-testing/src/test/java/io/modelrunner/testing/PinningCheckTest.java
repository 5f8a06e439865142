package io.modelrunner.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.pinned.NeedsSlowClasses;
import io.modelrunner.pinned.PinsOnPurpose;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    @Test
    void waitForAClassThatAnotherThreadLoadsIsNotCounted() throws InterruptedException {
        SlowLoader loader = new SlowLoader();
        assertFineWhileAnotherHasBegun(() -> NeedsSlowClasses.load(loader), loader.begun, loader.mayEnd);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_24)
    void waitForAClassThatAnotherThreadInitialisesIsNotCounted() throws InterruptedException {
        assertFineWhileAnotherHasBegun(NeedsSlowClasses::initialise, NeedsSlowClasses.BEGUN, NeedsSlowClasses.MAY_END);
    }

    private static void assertFineWhileAnotherHasBegun(Runnable work, CountDownLatch begun, CountDownLatch mayEnd)
            throws InterruptedException {
        PinningCheck check = PinningCheck.start();
        Thread another = new Thread(work);
        another.start();
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        Thread virtual = TestThreads.startVirtual(work);
        // There is no sign of its waiting; should it come later, there is no wait to be counted.
        LockSupport.parkNanos(100_000_000);
        mayEnd.countDown();
        virtual.join();
        another.join();
        assertThatCode(check::finish).doesNotThrowAnyException();
    }

    /** Takes as long to look for a class as the test wants, and has none. */
    private static final class SlowLoader extends ClassLoader {
        static {
            registerAsParallelCapable(); // as Java's own are
        }

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch mayEnd = new CountDownLatch(1);

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            begun.countDown();
            try {
                boolean ignored = mayEnd.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new ClassNotFoundException(name);
        }
    }

    /** Stands for what the kit does itself. */
    private static final class PinsInTheKit {
        static {
            LockSupport.parkNanos(20_000_000);
        }

        static void once() {}
    }
}
