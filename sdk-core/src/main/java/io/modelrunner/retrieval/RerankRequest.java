package io.modelrunner.retrieval;

import static java.util.Objects.requireNonNull;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.Timeouts;
import io.modelrunner.internal.Checks;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Texts to order by how well they answer a query. Immutable, and checked when it is built. */
public final class RerankRequest {
    /** The name under which the texts travel, which also decides the form of the answer. */
    public enum Form {
        /** {@code documents}, as Cohere has it; understood by Docker Model Runner and llama.cpp. */
        DOCUMENTS,
        /** {@code texts}, as Text Embeddings Inference has it. */
        TEXTS
    }

    private final ModelName model;
    private final String query;
    private final List<String> texts;
    private final int topN;
    private final Form form;
    private final Map<String, String> headers;
    private final Timeouts timeouts;

    private RerankRequest(Builder builder) {
        this.model = builder.model;
        this.query = builder.query;
        this.texts = builder.texts;
        this.topN = builder.topN;
        this.form = builder.form;
        this.headers = builder.headers();
        this.timeouts = builder.timeouts();
    }

    /**
     * {@return a request}
     *
     * @param model the model's name; not null
     * @param query the query, 1 to 10,485,760 characters; not null
     * @param texts 1 to 10,000 texts, each of 1 to 10,485,760 characters; copied
     * @throws InvalidRequestException if something is out of bounds
     */
    public static RerankRequest of(String model, String query, List<String> texts) {
        return builder(model, query, texts).build();
    }

    /**
     * {@return a builder}
     *
     * @param model the model's name; not null
     * @param query the query, 1 to 10,485,760 characters; not null
     * @param texts 1 to 10,000 texts, each of 1 to 10,485,760 characters; copied
     * @throws InvalidRequestException if something is out of bounds
     */
    public static Builder builder(String model, String query, List<String> texts) {
        return new Builder(ModelName.of(model), query, texts);
    }

    /** {@return the model's name as typed} */
    public ModelName model() {
        return model;
    }

    /** {@return the query} */
    public String query() {
        return query;
    }

    /** {@return the texts; immutable, never empty} */
    public List<String> texts() {
        return texts;
    }

    /** {@return how many of the best are wanted; all if empty} */
    public OptionalInt topN() {
        return topN == 0 ? OptionalInt.empty() : OptionalInt.of(topN);
    }

    /** {@return the name under which the texts travel} */
    public Form form() {
        return form;
    }

    /** {@return headers that go with this request alone, by name; immutable} */
    public Map<String, String> headers() {
        return headers;
    }

    /** {@return limits of waiting that differ from the client's} */
    public Timeouts timeouts() {
        return timeouts;
    }

    /** {@return the model and the number of texts, not the texts} */
    @Override
    public String toString() {
        return "RerankRequest[" + model + ", " + texts.size() + " texts]";
    }

    /** Collects a request. Not safe for use by several threads. */
    public static final class Builder extends RetrievalBuilder<Builder> {
        private final ModelName model;
        private final String query;
        private final List<String> texts;
        private int topN;
        private Form form = Form.DOCUMENTS;

        private Builder(ModelName model, String query, List<String> texts) {
            this.model = model;
            this.query = Checks.length(requireNonNull(query, "query"), 1, Checks.LONGEST_TEXT, "query");
            this.texts = List.copyOf(texts);
            Checks.size(this.texts.size(), 1, 10_000, "documents");
            this.texts.forEach(text -> Checks.length(text, 1, Checks.LONGEST_TEXT, "document"));
        }

        /**
         * Wants only the best.
         *
         * @param most how many, at least 1
         * @return this
         */
        public Builder topN(int most) {
            this.topN = (int) Checks.between(most, 1, Integer.MAX_VALUE, "topN");
            return this;
        }

        /**
         * Sends the texts under another name.
         *
         * @param name {@link Form#DOCUMENTS} unless set; not null
         * @return this
         */
        public Builder form(Form name) {
            this.form = requireNonNull(name, "form");
            return this;
        }

        @Override
        Builder self() {
            return this;
        }

        /** {@return the request} */
        public RerankRequest build() {
            return new RerankRequest(this);
        }
    }
}
