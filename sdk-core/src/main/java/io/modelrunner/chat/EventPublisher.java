package io.modelrunner.chat;

import static java.util.Objects.requireNonNull;

import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a stream's events to one subscriber, as many as it requests.
 *
 * <p>No thread waits for demand: reading is a task of the executor that ends when the demand is met and is started anew
 * by the next request.
 */
final class EventPublisher implements Flow.Publisher<ChatEvent> {
    private final Iterator<ChatEvent> events;
    private final ChatStream stream;
    private final Executor executor;
    private final AtomicBoolean subscribed = new AtomicBoolean();

    EventPublisher(Iterator<ChatEvent> events, ChatStream stream, Executor executor) {
        this.events = events;
        this.stream = stream;
        this.executor = executor;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ChatEvent> subscriber) {
        requireNonNull(subscriber, "subscriber");
        if (subscribed.compareAndSet(false, true)) {
            Reading reading = new Reading(subscriber);
            subscriber.onSubscribe(reading);
            reading.started();
            return;
        }
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
        });
        subscriber.onError(new IllegalStateException("this stream can be read once, and has a subscriber already"));
    }

    /** The one subscription; its signals are serialised by the count of calls that want work done. */
    private final class Reading implements Flow.Subscription, Runnable {
        private final Flow.Subscriber<? super ChatEvent> subscriber;
        private final AtomicLong demand = new AtomicLong();
        private final AtomicInteger calls = new AtomicInteger(1); // held until onSubscribe has returned
        private volatile boolean cancelled;
        private volatile @Nullable Throwable refused;
        private boolean ended;

        Reading(Flow.Subscriber<? super ChatEvent> subscriber) {
            this.subscriber = subscriber;
        }

        void started() {
            if (calls.decrementAndGet() > 0) {
                schedule();
            }
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                refused = new IllegalArgumentException("a subscriber must request at least 1 event, not " + n);
            } else {
                demand.accumulateAndGet(n, (have, more) -> have + more < 0 ? Long.MAX_VALUE : have + more);
            }
            wake();
        }

        @Override
        public void cancel() {
            cancelled = true;
            stream.close();
        }

        private void wake() {
            if (calls.getAndIncrement() == 0) {
                schedule();
            }
        }

        private void schedule() {
            try {
                executor.execute(this);
            } catch (RejectedExecutionException e) {
                refused = e;
                run();
            }
        }

        @Override
        public void run() {
            int seen = calls.get();
            do {
                deliver();
                seen = calls.addAndGet(-seen);
            } while (seen > 0);
        }

        private void deliver() {
            while (!cancelled && !ended) {
                Throwable wrong = refused;
                if (wrong != null) {
                    stream.close();
                    end(wrong);
                } else if (demand.get() == 0) {
                    return;
                } else {
                    next();
                }
            }
        }

        private void next() {
            ChatEvent event;
            try {
                event = events.next();
            } catch (RuntimeException | Error e) {
                if (!cancelled) {
                    end(e);
                }
                return;
            }
            if (demand.get() != Long.MAX_VALUE) {
                demand.decrementAndGet();
            }
            hand(event);
            if (event instanceof ChatEvent.Completed && !cancelled) {
                ended = true;
                subscriber.onComplete();
            }
        }

        private void hand(ChatEvent event) {
            try {
                subscriber.onNext(event);
            } catch (RuntimeException | Error e) {
                cancel(); // a subscriber that throws has broken the rules, and must not keep a connection open
                throw e;
            }
        }

        private void end(Throwable cause) {
            ended = true;
            subscriber.onError(cause);
        }
    }
}
