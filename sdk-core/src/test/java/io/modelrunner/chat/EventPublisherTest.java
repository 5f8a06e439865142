package io.modelrunner.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelrunner.BrokenAnswerException;
import io.modelrunner.CancelledException;
import io.modelrunner.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the rules of Reactive Streams leave open. */
@Timeout(30)
class EventPublisherTest {
    @Test
    void publisherReadsOnAThreadOfItsOwn() throws Exception {
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        CollectingSubscriber subscriber = new CollectingSubscriber(Long.MAX_VALUE) {
            @Override
            public void onNext(ChatEvent event) {
                reader.complete(Thread.currentThread());
                super.onNext(event);
            }
        };
        ChatStream.of(ScriptedSource.of("a", "b")).publisher().subscribe(subscriber);

        assertThat(subscriber.end.get(10, TimeUnit.SECONDS)).isNull();
        assertThat(subscriber.events).hasSize(3);
        assertThat(reader.get(10, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
        assertThat(reader.get().isDaemon()).isTrue();
    }

    @Test
    void onlyWhatIsRequestedIsRead() {
        ScriptedSource source = ScriptedSource.of("a", "b", "c");
        CollectingSubscriber subscriber = new CollectingSubscriber(2);
        ChatStream.of(source).publisher(Runnable::run).subscribe(subscriber);

        assertThat(source.pulls).hasValue(2);
        assertThat(subscriber.events).containsExactly(new ChatEvent.Text("a"), new ChatEvent.Text("b"));
        assertThat(subscriber.end).isNotDone();
    }

    @Test
    void demandFromWithinOnNextNeedsNoStack() {
        String[] pieces = new String[20_000];
        Arrays.fill(pieces, "a");
        CollectingSubscriber subscriber = new CollectingSubscriber(1) {
            private int seen;

            @Override
            public void onNext(ChatEvent event) {
                seen++;
                subscription.request(1);
            }

            @Override
            public void onComplete() {
                assertThat(seen).isEqualTo(20_001);
                super.onComplete();
            }
        };
        ChatStream.of(ScriptedSource.of(pieces)).publisher(Runnable::run).subscribe(subscriber);

        assertThat(subscriber.end).isCompletedWithValue(null);
    }

    @Test
    void failureOfTheAnswerIsTheEnd() {
        BrokenAnswerException failure =
                new BrokenAnswerException(Failure.of("cut off").build());
        CollectingSubscriber subscriber = new CollectingSubscriber(9);
        ChatStream.of(new ScriptedSource().then(new ChatEvent.Text("a")).thenThrow(() -> failure))
                .publisher(Runnable::run)
                .subscribe(subscriber);

        assertThat(subscriber.events).hasSize(1);
        assertThat(subscriber.end).isCompletedWithValue(failure);
    }

    @Test
    void errorOfTheSourceIsTheEndToo() {
        StackOverflowError error = new StackOverflowError("in a test");
        CollectingSubscriber subscriber = new CollectingSubscriber(9);
        ChatStream.of(new ScriptedSource().thenError(error))
                .publisher(Runnable::run)
                .subscribe(subscriber);

        assertThat(subscriber.end).isCompletedWithValue(error);
    }

    @Test
    void cancelClosesTheStreamWhileItIsRead() throws Exception {
        ScriptedSource source = new ScriptedSource()
                .thenWait(() -> new CancelledException(Failure.of("closed").build()));
        CollectingSubscriber subscriber = new CollectingSubscriber(1);
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        ChatStream.of(source)
                .publisher(task -> {
                    Thread thread = new Thread(task);
                    thread.start();
                    reader.complete(thread);
                })
                .subscribe(subscriber);
        assertThat(source.waiting.await(10, TimeUnit.SECONDS)).isTrue();

        subscriber.subscription.cancel();
        reader.get(10, TimeUnit.SECONDS).join(10_000);

        assertThat(reader.get().isAlive()).isFalse();
        assertThat(source.closes).hasPositiveValue();
        assertThat(subscriber.events).isEmpty();
        assertThat(subscriber.end).isNotDone();
    }

    @Test
    void closingTheStreamIsToldToTheSubscriber() {
        ChatStream stream = ChatStream.of(ScriptedSource.of("a", "b"));
        CollectingSubscriber subscriber = new CollectingSubscriber(1);
        stream.publisher(Runnable::run).subscribe(subscriber);
        stream.close();
        subscriber.subscription.request(1);

        assertThat(subscriber.end.join()).isInstanceOf(CancelledException.class);
    }

    @Test
    void subscriberThatThrowsKeepsNoConnection() {
        List<Throwable> thrown = List.of(new IllegalStateException("rude"), new AssertionError("rude"));
        for (Throwable rude : thrown) {
            ScriptedSource source = ScriptedSource.of("a", "b");
            CollectingSubscriber subscriber = new CollectingSubscriber(5) {
                @Override
                public void onNext(ChatEvent event) {
                    if (rude instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) rude;
                }
            };
            Flow.Publisher<ChatEvent> publisher = ChatStream.of(source).publisher(Runnable::run);

            assertThatThrownBy(() -> publisher.subscribe(subscriber)).isSameAs(rude);
            assertThat(source.closes).hasPositiveValue();
            assertThat(source.pulls).hasValue(1);
        }
    }

    @Test
    void executorThatRejectsIsTheEnd() {
        RejectedExecutionException full = new RejectedExecutionException("full");
        ScriptedSource source = ScriptedSource.of("a");
        CollectingSubscriber subscriber = new CollectingSubscriber(1);
        ChatStream.of(source)
                .publisher(task -> {
                    throw full;
                })
                .subscribe(subscriber);

        assertThat(subscriber.end).isCompletedWithValue(full);
        assertThat(source.closes).hasPositiveValue();
        assertThat(source.pulls).hasValue(0);
    }

    @Test
    void secondSubscriberIsRefused() {
        Flow.Publisher<ChatEvent> publisher =
                ChatStream.of(ScriptedSource.of("a")).publisher(Runnable::run);
        CollectingSubscriber first = new CollectingSubscriber(9);
        CollectingSubscriber second = new CollectingSubscriber(9);
        publisher.subscribe(first);
        publisher.subscribe(second);
        second.subscription.cancel();

        assertThat(first.end).isCompletedWithValue(null);
        assertThat(second.end.join()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void demandOfNothingIsAnError() {
        ScriptedSource source = ScriptedSource.of("a");
        CollectingSubscriber subscriber = new CollectingSubscriber(-1);
        ChatStream.of(source).publisher(Runnable::run).subscribe(subscriber);

        assertThat(subscriber.end.join())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a subscriber must request at least 1 event, not -1");
        assertThat(source.closes).hasPositiveValue();
    }

    @Test
    void eventsArriveOneAtATimeWhoeverRequestsThem() throws Exception {
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            pieces.add("t" + i);
        }
        CollectingSubscriber subscriber = new CollectingSubscriber(0);
        ChatStream.of(ScriptedSource.of(pieces.toArray(String[]::new)))
                .publisher(ForkJoinPool.commonPool())
                .subscribe(subscriber);
        List<Thread> requesters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread requester = new Thread(() -> {
                for (int j = 0; j < 501; j++) {
                    subscriber.subscription.request(1);
                }
            });
            requester.start();
            requesters.add(requester);
        }
        for (Thread requester : requesters) {
            requester.join(10_000);
        }

        assertThat(subscriber.end.get(10, TimeUnit.SECONDS)).isNull();
        assertThat(subscriber.events.subList(0, 2_000))
                .extracting(event -> ((ChatEvent.Text) event).text())
                .isEqualTo(pieces);
    }

    @Test
    void nullsAreProgrammingErrors() {
        ChatStream stream = ChatStream.of(ScriptedSource.of("a"));
        assertThatNullPointerException()
                .isThrownBy(() -> ChatStream.of(ScriptedSource.of("a")).publisher(null));
        Flow.Publisher<ChatEvent> publisher = stream.publisher();
        assertThatNullPointerException().isThrownBy(() -> publisher.subscribe(null));
    }
}
