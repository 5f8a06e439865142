package io.modelrunner.chat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A subscriber that keeps what it is given. */
class CollectingSubscriber implements Flow.Subscriber<ChatEvent> {
    final List<ChatEvent> events = new CopyOnWriteArrayList<>();
    final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
    volatile Flow.@Nullable Subscription subscription;
    private final long demand;

    /** Requests so many events at once, none for 0. */
    CollectingSubscriber(long demand) {
        this.demand = demand;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (demand != 0) {
            given.request(demand);
        }
    }

    @Override
    public void onNext(ChatEvent event) {
        events.add(event);
    }

    @Override
    public void onError(Throwable cause) {
        end.complete(cause);
    }

    @Override
    public void onComplete() {
        end.complete(null);
    }
}
