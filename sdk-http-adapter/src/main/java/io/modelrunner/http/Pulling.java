package io.modelrunner.http;

import io.modelrunner.ModelName;
import io.modelrunner.ModelNotFoundException;
import io.modelrunner.OperationMissingException;
import io.modelrunner.adapter.CallListener;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullPolicy;
import io.modelrunner.store.PullStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Brings the models that are asked for, as far as the policy of an adapter wants it. */
final class Pulling {
    private final HttpAdapter adapter;
    private final PullPolicy policy;
    private final Consumer<? super PullEvent> listener;
    private final CallListener watchers;
    private final Set<ModelName> pulled = ConcurrentHashMap.newKeySet();

    Pulling(HttpAdapter adapter, PullPolicy policy, Consumer<? super PullEvent> listener, List<CallListener> watchers) {
        this.adapter = adapter;
        this.policy = policy;
        this.listener = listener;
        this.watchers = CallListener.all(watchers);
    }

    PullPolicy policy() {
        return policy;
    }

    /**
     * {@return what a request gives, sent a second time if its model had to be brought}
     *
     * @param cancellation ends the request, and the pull with it
     */
    Call with(ModelName model, Cancellation cancellation, Supplier<Call> request) {
        if (policy == PullPolicy.ALWAYS && !pulled.contains(model)) {
            bring(model, cancellation);
        }
        try {
            return request.get();
        } catch (ModelNotFoundException missing) {
            if (policy == PullPolicy.NEVER) {
                throw missing;
            }
            try {
                bring(model, cancellation);
            } catch (OperationMissingException e) {
                missing.addSuppressed(e); // that the model is missing says more
                throw missing;
            }
            return request.get();
        }
    }

    private void bring(ModelName model, Cancellation cancellation) {
        try (PullStream pull = new HttpModelStore(adapter).pull(model.text())) {
            cancellation.watch(pull::close);
            pull.join(event -> {
                watchers.onPull(model, event);
                listener.accept(event);
            });
            pulled.add(model);
        }
    }
}
