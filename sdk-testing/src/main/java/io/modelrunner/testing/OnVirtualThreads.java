package io.modelrunner.testing;

import java.lang.reflect.Method;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Runs every test method of a class on a virtual thread of its own, and fails the class if one was pinned to its carrier;
 * skips the class where Java has none (before 21).
 *
 * <pre>{@code
 * @ExtendWith(OnVirtualThreads.class)
 * class MyAdapterOnVirtualThreadsTest extends MyAdapterTest {}
 * }</pre>
 *
 * <p>Tests, parameterised tests, test factories and their dynamic tests are run so; the threads that
 * {@link LLMAdapterContract} starts are then virtual too. What comes before and after each test stays where it was.
 *
 * <p>A virtual thread that waits while it is pinned keeps a thread of the system from all others. Java's flight recorder
 * sees it; after the last test the class fails with the stack of the first such wait in code under test, which is code
 * of neither Java nor JUnit nor AssertJ nor this kit. A wait for a class that another thread is just loading (since Java 24:
 * or initialising) is none: it is over once the class is there. What tests of other classes pin at the same time counts too.
 * Before Java 24, waiting in a {@code synchronized} block pins.
 */
public final class OnVirtualThreads
        implements InvocationInterceptor, ExecutionCondition, BeforeAllCallback, AfterAllCallback {
    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(OnVirtualThreads.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    /** Makes the extension; JUnit does. */
    public OnVirtualThreads() {}

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return TestThreads.canBeVirtual()
                ? ConditionEvaluationResult.enabled("this Java has virtual threads")
                : ConditionEvaluationResult.disabled("virtual threads need Java 21");
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getStore(OURS).put(context.getUniqueId(), PinningCheck.start());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        PinningCheck check = context.getStore(OURS).remove(context.getUniqueId(), PinningCheck.class);
        if (check != null) {
            check.finish();
        }
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation);
    }

    @Override
    public <T extends @Nullable Object> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        return run(invocation);
    }

    @Override
    public void interceptDynamicTest(
            Invocation<Void> invocation, DynamicTestInvocationContext test, ExtensionContext context) throws Throwable {
        run(invocation);
    }

    private static <T extends @Nullable Object> T run(Invocation<T> invocation) throws Throwable {
        Running<T> running = new Running<>(invocation);
        Thread thread = TestThreads.startVirtual(running);
        try {
            thread.join();
        } catch (InterruptedException e) {
            thread.interrupt(); // JUnit's time limit: what the test says to that is the better message
            thread.join(LAST_WORDS.toMillis());
            if (thread.isAlive()) {
                throw e;
            }
        }
        return running.outcome();
    }

    /** A test on its way; read after its thread has ended. */
    private static final class Running<T extends @Nullable Object> implements Runnable {
        private final Invocation<T> invocation;
        private @Nullable T result;
        private @Nullable Throwable failure;

        Running(Invocation<T> invocation) {
            this.invocation = invocation;
        }

        @Override
        public void run() {
            try {
                result = invocation.proceed();
            } catch (Throwable e) {
                failure = e;
            }
        }

        @SuppressWarnings("NullAway") // null is what a test method without a result returns
        T outcome() throws Throwable {
            if (failure != null) {
                throw failure;
            }
            return result;
        }
    }
}
