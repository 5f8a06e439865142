package io.modelrunner.testcontainers;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** What a user does with a container, for a machine without an engine: prints what comes of it. */
final class NoEngineProgram {
    private NoEngineProgram() {}

    /** @param args none */
    public static void main(String[] args) {
        try (ModelRunnerContainer runner = new ModelRunnerContainer()) {
            runner.start();
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
        }
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(Skipped.class))
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionSkipped(TestIdentifier test, String reason) {
                                System.out.println("skipped: " + test.getDisplayName());
                            }
                        });
    }

    /** Has a container where there can't be one. */
    @Testcontainers(disabledWithoutDocker = true)
    static class Skipped {
        @Container
        static final ModelRunnerContainer runner = new ModelRunnerContainer();

        @Test
        void runs() {
            System.out.println("the test ran");
        }
    }
}
