package io.modelrunner.testing.fake;

import static java.util.Objects.requireNonNull;

import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test a {@link FakeModelRunner} of its own, as a parameter of the test or of its {@code @BeforeEach} methods.
 *
 * <pre>{@code
 * @ExtendWith(FakeModelRunnerExtension.class)
 * class GreeterTest {
 *   @Test void greets(FakeModelRunner runner) { … runner.baseUrl() … }
 * }
 * }</pre>
 *
 * <p>With other models than {@link FakeModelRunner#start()} has:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final FakeModelRunnerExtension RUNNER =
 *     FakeModelRunnerExtension.of(FakeModelRunner.builder().model("ai/smollm2"));
 * }</pre>
 *
 * <p>The runner is closed behind each test, which fails if an answer of the runner failed for a reason of its own.
 */
public final class FakeModelRunnerExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(FakeModelRunnerExtension.class);

    private final Supplier<FakeModelRunner> start;

    /** For {@code @ExtendWith}: runners as {@link FakeModelRunner#start()} makes them. */
    public FakeModelRunnerExtension() {
        this(FakeModelRunner::start);
    }

    private FakeModelRunnerExtension(Supplier<FakeModelRunner> start) {
        this.start = start;
    }

    /**
     * {@return an extension whose runners a builder makes}
     *
     * @param builder makes a runner for each test
     */
    public static FakeModelRunnerExtension of(FakeModelRunner.Builder builder) {
        return new FakeModelRunnerExtension(requireNonNull(builder, "builder")::start);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put(FakeModelRunner.class, start.get());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        FakeModelRunner runner = context.getStore(NAMESPACE).remove(FakeModelRunner.class, FakeModelRunner.class);
        if (runner != null) {
            runner.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == FakeModelRunner.class
                && context.getTestMethod().isPresent();
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return requireNonNull(context.getStore(NAMESPACE).get(FakeModelRunner.class), "the runner of this test");
    }
}
