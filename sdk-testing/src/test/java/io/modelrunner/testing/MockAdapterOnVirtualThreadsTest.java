package io.modelrunner.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(OnVirtualThreads.class)
class MockAdapterOnVirtualThreadsTest extends MockAdapterContractTest {
    @Test
    void testsAndTheirThreadsAreVirtual() {
        assertVirtual();
        assertThat(Background.start(() -> TestThreads.isVirtual(Thread.currentThread()))
                        .result(ContractChapter.LONG))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = 1)
    void parameterisedTestsAreVirtual(int ignored) {
        assertVirtual();
    }

    @TestFactory
    Stream<DynamicTest> dynamicTestsAreVirtual() {
        assertVirtual();
        return Stream.of(DynamicTest.dynamicTest("one", MockAdapterOnVirtualThreadsTest::assertVirtual));
    }

    private static void assertVirtual() {
        assertThat(TestThreads.isVirtual(Thread.currentThread())).isTrue();
    }
}
