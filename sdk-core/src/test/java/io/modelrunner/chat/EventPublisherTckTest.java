package io.modelrunner.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams, checked by their own kit. */
public class EventPublisherTckTest extends FlowPublisherVerification<ChatEvent> {
    /** The longest wait for what must come, on a busy machine; some rules are waited for as long to be broken. */
    private static final long LONG_MILLIS = 3_000;

    private ExecutorService threads;

    public EventPublisherTckTest() {
        super(new TestEnvironment(LONG_MILLIS, 50));
    }

    @BeforeClass
    public void startThreads() {
        threads = Executors.newCachedThreadPool();
    }

    @AfterClass
    public void stopThreads() {
        threads.shutdownNow();
    }

    @Override
    public Flow.Publisher<ChatEvent> createFlowPublisher(long elements) {
        return ChatStream.of(new Counting(elements)).publisher(threads);
    }

    /** A stream that has a subscriber already refuses the next. */
    @Override
    public Flow.Publisher<ChatEvent> createFailedFlowPublisher() {
        Flow.Publisher<ChatEvent> publisher = createFlowPublisher(1);
        publisher.subscribe(new CollectingSubscriber(0));
        return publisher;
    }

    /** The kit collects garbage once and gives the reference 100 ms; here it has as long as it takes. */
    @Override
    @Test
    public void required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber()
            throws InterruptedException {
        Flow.Publisher<ChatEvent> publisher = createFlowPublisher(3);
        WeakReference<CollectingSubscriber> subscriber = cancelledSubscriber(publisher);
        await(() -> {
            System.gc();
            return subscriber.get() == null;
        });
        assertThat(publisher).isNotNull(); // so that it was not collected with it
    }

    private static WeakReference<CollectingSubscriber> cancelledSubscriber(Flow.Publisher<ChatEvent> publisher)
            throws InterruptedException {
        CollectingSubscriber subscriber = new CollectingSubscriber(1);
        publisher.subscribe(subscriber);
        await(() -> !subscriber.events.isEmpty());
        subscriber.subscription.cancel();
        return new WeakReference<>(subscriber);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONG_MILLIS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the time of the test").isLessThan(end);
            Thread.sleep(10);
        }
    }

    /** Gives so many events, the last of which is the end. */
    private static final class Counting implements ChatStream.Source {
        private long left;

        Counting(long elements) {
            this.left = elements;
        }

        @Override
        public ChatEvent next() {
            left--;
            return left == 0 ? new ChatEvent.Completed(ScriptedSource.response("")) : new ChatEvent.Text("a");
        }

        @Override
        public void close() {}
    }
}
