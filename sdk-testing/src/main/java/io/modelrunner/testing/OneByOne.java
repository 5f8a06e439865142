package io.modelrunner.testing;

import io.modelrunner.chat.ChatEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A subscriber who requests one event after the other, and cancels after so many. */
final class OneByOne implements Flow.Subscriber<ChatEvent> {
    private final int most;
    private final List<ChatEvent> seen = new ArrayList<>();
    private final CompletableFuture<List<ChatEvent>> events = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    OneByOne(int most) {
        this.most = most;
    }

    /** {@return all events, once the publisher has completed or this has cancelled} */
    CompletableFuture<List<ChatEvent>> events() {
        return events;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(1);
    }

    @Override
    public void onNext(ChatEvent event) {
        seen.add(event);
        Flow.Subscription mine = subscription;
        if (mine == null) {
            throw new IllegalStateException("an event came before the subscription");
        }
        if (seen.size() < most) {
            mine.request(1);
        } else {
            mine.cancel();
            events.complete(seen);
        }
    }

    @Override
    public void onError(Throwable failure) {
        events.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        events.complete(seen);
    }
}
