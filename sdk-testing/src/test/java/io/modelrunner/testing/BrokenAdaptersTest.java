package io.modelrunner.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The contract finds what is wrong with an adapter. */
class BrokenAdaptersTest {
    @Test
    void adapterThatKeepsToItPasses() {
        assertThat(failuresOf(BrokenAdapters.Sound.class)).isEmpty();
    }

    @Test
    void optionsDroppedInSilence() {
        assertThat(failuresOf(BrokenAdapters.DropsOptions.class))
                .containsExactlyInAnyOrder(
                        "chatRefusesWhatIsNotDeclared: IMAGES", "chatRefusesWhatIsNotDeclared: TOOLS");
    }

    @Test
    void closeThatEndsNothing() {
        assertThat(failuresOf(BrokenAdapters.ClosesNothing.class))
                .contains(
                        "callsAfterCloseAreCancelled()",
                        "healthAfterCloseIsDown()",
                        "streamOpenedBeforeCloseIsCancelled()");
    }

    @Test
    void requestSentTooEarly() {
        assertThat(failuresOf(BrokenAdapters.SendsAtOnce.class))
                .containsExactly("streamFromNowhereFailsWithTheFirstPull()");
    }

    @Test
    void wrongWords() {
        assertThat(failuresOf(BrokenAdapters.SaysOtherNames.class))
                .contains(
                        "chatNamesModelAsAskedAndAdapter()",
                        "modelsAreImmutable()",
                        "modelsContainTheModel()",
                        "unknownModelIsNotFoundByChat()");
    }

    @Test
    void brokenStreams() {
        assertThat(failuresOf(BrokenAdapters.LosesAPiece.class))
                .contains("streamGivesTheSameTextAsChat()", "piecesJoinToTheText()", "joinHasWhatWasReadBefore()");
    }

    private static Set<String> failuresOf(Class<?> contract) {
        Set<String> failures = new TreeSet<>();
        TestExecutionListener listener = new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    String dynamic = test.getUniqueId().contains("dynamic-test") ? factoryOf(test) + ": " : "";
                    failures.add(dynamic + test.getDisplayName());
                }
            }
        };
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(contract))
                                .build(),
                        listener);
        return failures;
    }

    private static String factoryOf(TestIdentifier test) {
        return test.getUniqueId().replaceAll(".*test-factory:(\\w+).*", "$1");
    }
}
