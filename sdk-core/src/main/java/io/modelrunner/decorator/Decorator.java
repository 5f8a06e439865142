package io.modelrunner.decorator;

import static java.util.Objects.requireNonNull;

import io.modelrunner.Capability;
import io.modelrunner.Model;
import io.modelrunner.adapter.Completer;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.adapter.Preloader;
import io.modelrunner.retrieval.Embedder;
import io.modelrunner.retrieval.Reranker;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An adapter that stands before another, which it owns, and hands on what it says nothing about. */
abstract class Decorator implements LLMAdapter {
    final LLMAdapter adapter;

    Decorator(LLMAdapter adapter) {
        this.adapter = requireNonNull(adapter, "adapter");
    }

    /** {@return the name of the adapter behind} */
    @Override
    public String name() {
        return adapter.name();
    }

    @Override
    public Health health() {
        return adapter.health();
    }

    @Override
    public Set<Capability> capabilities() {
        return adapter.capabilities();
    }

    @Override
    public List<Model> listModels() {
        return adapter.listModels();
    }

    @Override
    public <T> Optional<T> power(Class<T> type) {
        return type.isInstance(this)
                ? Optional.of(type.cast(this))
                : adapter.power(type).map(power -> type.cast(decorated(type, power)));
    }

    private Object decorated(Class<?> type, Object power) {
        if (type == Embedder.class) {
            return embedder((Embedder) power);
        }
        if (type == Reranker.class) {
            return reranker((Reranker) power);
        }
        if (type == Completer.class) {
            return completer((Completer) power);
        }
        return type == Preloader.class ? preloader((Preloader) power) : power;
    }

    /** {@return what is handed on as this power of the adapter behind; the power itself, unless a decorator has something to add} */
    Embedder embedder(Embedder behind) {
        return behind;
    }

    /** {@return as {@link #embedder}} */
    Reranker reranker(Reranker behind) {
        return behind;
    }

    /** {@return as {@link #embedder}} */
    Completer completer(Completer behind) {
        return behind;
    }

    /** {@return as {@link #embedder}} */
    Preloader preloader(Preloader behind) {
        return behind;
    }

    /** Closes the adapter behind, too. */
    @Override
    public void close() {
        adapter.close();
    }

    /** {@return what stands before what} */
    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + adapter + "]";
    }
}
