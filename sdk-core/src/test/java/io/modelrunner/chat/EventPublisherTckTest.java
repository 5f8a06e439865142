package io.modelrunner.chat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/** The rules of Reactive Streams, checked by their own kit. */
public class EventPublisherTckTest extends FlowPublisherVerification<ChatEvent> {
    private ExecutorService threads;

    public EventPublisherTckTest() {
        super(new TestEnvironment(500, 50));
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
