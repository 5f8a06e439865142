package io.modelrunner.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.ModelNotFoundException;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.store.NotInRegistryException;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullPolicy;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.ReceivedRequest;
import io.modelrunner.testing.fake.FakeModel;
import io.modelrunner.testing.fake.FakeModelRunner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A model that is missing is pulled by the question that needs it, where the builder of the front door was told so. */
@Timeout(60)
class PullAtTheFrontDoorTest {
    private static final String MODEL = "ai/tiny";

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    private final List<PullEvent> events = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    @Test
    void missingModelIsPulledOnceAndThenAnswers() {
        try (FakeModelRunner fake = fake();
                ModelRunner runner = runner(fake, PullPolicy.IF_MISSING)) {
            assertThat(runner.ask(MODEL, "Hello")).isEqualTo("Good day.");
            assertThat(events).first().isInstanceOf(PullEvent.Started.class);
            assertThat(events).last().isInstanceOf(PullEvent.Done.class);
            assertThat(events).extracting(PullEvent::percent).isSorted();
            assertThat(threads).containsOnly(Thread.currentThread());
            assertThat(fake.models()).hasSize(1);

            assertThat(runner.ask(MODEL, "Hello again")).isEqualTo("Good day.");
            assertThat(pulls(fake)).isEqualTo(1);
        }
    }

    @Test
    void streamPullsWhatIsMissingToo() {
        try (FakeModelRunner fake = fake();
                ModelRunner runner = runner(fake, PullPolicy.IF_MISSING);
                ChatStream stream = runner.stream(ChatRequest.of(MODEL, "Hello"))) {
            assertThat(pulls(fake)).isZero();
            assertThat(stream.join().text()).isEqualTo("Good day.");
            assertThat(events).last().isInstanceOf(PullEvent.Done.class);
        }
    }

    @Test
    void modelThatNobodyHasFailsAsThePullDoes() {
        try (FakeModelRunner fake = fake();
                ModelRunner runner = runner(fake, PullPolicy.IF_MISSING)) {
            assertThatThrownBy(() -> runner.ask("ai/nosuch", "Hello")).isInstanceOf(NotInRegistryException.class);
            assertThat(events).noneMatch(PullEvent.Done.class::isInstance);
        }
    }

    @Test
    void nothingIsPulledUnlessTold() {
        try (FakeModelRunner fake = fake();
                ModelRunner usual = ModelRunner.at(fake.baseUrl());
                ModelRunner never = runner(fake, PullPolicy.NEVER)) {
            for (ModelRunner runner : List.of(usual, never)) {
                assertThatThrownBy(() -> runner.ask(MODEL, "Hello")).isInstanceOf(ModelNotFoundException.class);
            }
            assertThat(pulls(fake)).isZero();
            assertThat(events).isEmpty();
        }
    }

    private static FakeModelRunner fake() {
        return FakeModelRunner.builder().registry(FakeModel.chat(MODEL)).start().answerWith("Good day.");
    }

    private ModelRunner runner(FakeModelRunner fake, PullPolicy policy) {
        return ModelRunner.builder()
                .endpoint(fake.baseUrl())
                .pull(policy, event -> {
                    events.add(event);
                    threads.add(Thread.currentThread());
                })
                .build();
    }

    private static long pulls(FakeModelRunner fake) {
        return fake.requests().stream()
                .map(ReceivedRequest::path)
                .filter("/models/create"::equals)
                .count();
    }
}
