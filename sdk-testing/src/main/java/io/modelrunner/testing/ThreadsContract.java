package io.modelrunner.testing;

import static io.modelrunner.testing.ModelRunnerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.CancelledException;
import io.modelrunner.adapter.AsyncAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many threads at once, futures and publishers. */
abstract class ThreadsContract extends FailureContract {
    @Test
    void sixteenThreadsChatAtOnce() {
        List<Background<Long>> threads = IntStream.range(0, 16)
                .mapToObj(i -> Background.start(this::rightAnswersOfThree))
                .toList();
        // An adapter may start a process for each, on a machine with little to spare.
        Duration patience = LONG.multipliedBy(4);
        assertThat(threads)
                .allSatisfy(thread -> assertThat(thread.result(patience)).isEqualTo(3));
    }

    private long rightAnswersOfThree() {
        String answer = runner().answer();
        return IntStream.range(0, 3)
                .mapToObj(i ->
                        i == 1 ? adapter().stream(known()).join() : adapter().chat(known()))
                .filter(response -> response.text().equals(answer))
                .count();
    }

    @Test
    void cancelOfOneStreamLeavesTheOthers() {
        ChatStream one = adapter().stream(endless());
        Background<ChatResponse> reader = Background.reading(one);
        Background<Long> others = Background.start(this::rightAnswersOfThree);
        one.close();
        assertCancelled(reader);
        assertThat(others.result(LONG)).isEqualTo(3);
    }

    @Test
    void futureOfAChatCompletes() throws Exception {
        assertThat(async().chat(known()).get(LONG.toSeconds(), TimeUnit.SECONDS))
                .isComplete()
                .hasText(runner().answer());
    }

    @Test
    void futureOfAStreamCompletesAfterItsEvents() throws Exception {
        List<String> pieces = new CopyOnWriteArrayList<>();
        CompletableFuture<ChatResponse> answer = async().stream(known(), event -> {
            if (event instanceof ChatEvent.Text piece) {
                pieces.add(piece.text());
            }
        });
        assertThat(answer.get(LONG.toSeconds(), TimeUnit.SECONDS)).isComplete();
        assertThat(String.join("", pieces)).isEqualTo(runner().answer());
    }

    @Test
    void cancelOfAFutureEndsItsStream() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AsyncAdapter async = AsyncAdapter.of(
                adapter(),
                work -> TestThreads.startLikeThis(() -> {
                    work.run();
                    ended.countDown();
                }));
        CompletableFuture<ChatResponse> answer = async.stream(endless(), event -> first.countDown());
        assertThat(first.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(answer.cancel(true)).isTrue();
        assertThat(ended.await(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        assertThat(answer).isCancelled();
    }

    private AsyncAdapter async() {
        return AsyncAdapter.of(adapter(), TestThreads::startLikeThis);
    }

    @Test
    void publisherGivesAllEventsAsRequested() throws Exception {
        try (ChatStream stream = adapter().stream(known())) {
            OneByOne subscriber = new OneByOne(Integer.MAX_VALUE);
            stream.publisher(TestThreads::startLikeThis).subscribe(subscriber);
            List<ChatEvent> events = subscriber.events().get(LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(events)
                    .hasSizeGreaterThan(2)
                    .last()
                    .isInstanceOfSatisfying(
                            ChatEvent.Completed.class,
                            end -> assertThat(end.response()).hasText(runner().answer()));
        }
    }

    @Test
    void cancelOfASubscriptionEndsTheStream() throws Exception {
        try (ChatStream stream = adapter().stream(endless())) {
            OneByOne subscriber = new OneByOne(2);
            stream.publisher(TestThreads::startLikeThis).subscribe(subscriber);
            assertThat(subscriber.events().get(LONG.toSeconds(), TimeUnit.SECONDS))
                    .hasSize(2);
            assertThatExceptionOfType(CancelledException.class).isThrownBy(stream::join);
        }
    }
}
