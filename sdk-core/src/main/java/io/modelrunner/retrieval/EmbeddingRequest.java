package io.modelrunner.retrieval;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.ModelName;
import io.modelrunner.Timeouts;
import io.modelrunner.internal.Checks;
import java.util.List;
import java.util.Map;

/** Texts to turn into vectors. Immutable, and checked when it is built. */
public final class EmbeddingRequest {
    private final ModelName model;
    private final List<String> texts;
    private final int batchSize;
    private final boolean base64;
    private final Map<String, String> headers;
    private final Timeouts timeouts;

    private EmbeddingRequest(Builder builder) {
        this.model = builder.model;
        this.texts = builder.texts;
        this.batchSize = builder.batchSize;
        this.base64 = builder.base64;
        this.headers = builder.headers();
        this.timeouts = builder.timeouts();
    }

    /**
     * {@return a request}
     *
     * @param model the model's name; not null
     * @param texts 1 to 1,000,000 texts, each of 1 to 10,485,760 characters
     * @throws InvalidRequestException if something is out of bounds
     */
    public static EmbeddingRequest of(String model, String... texts) {
        return builder(model, List.of(texts)).build();
    }

    /**
     * {@return a builder}
     *
     * @param model the model's name; not null
     * @param texts 1 to 1,000,000 texts, each of 1 to 10,485,760 characters; copied
     * @throws InvalidRequestException if something is out of bounds
     */
    public static Builder builder(String model, List<String> texts) {
        return new Builder(ModelName.of(model), texts);
    }

    /** {@return the model's name as typed} */
    public ModelName model() {
        return model;
    }

    /** {@return the texts; immutable, never empty} */
    public List<String> texts() {
        return texts;
    }

    /** {@return how many texts go to the server at once, at most} */
    public int batchSize() {
        return batchSize;
    }

    /** {@return whether the vectors travel as base64: a third of the bytes, and the same bits} */
    public boolean base64() {
        return base64;
    }

    /** {@return headers that go with this request alone, by name; immutable} */
    public Map<String, String> headers() {
        return headers;
    }

    /** {@return limits of waiting that differ from the client's; they hold for each batch} */
    public Timeouts timeouts() {
        return timeouts;
    }

    /** {@return the model and the number of texts, not the texts} */
    @Override
    public String toString() {
        return "EmbeddingRequest[" + model + ", " + texts.size() + " texts]";
    }

    /** Collects a request. Not safe for use by several threads. */
    public static final class Builder extends RetrievalBuilder<Builder> {
        private final ModelName model;
        private final List<String> texts;
        private int batchSize = 256;
        private boolean base64 = true;

        private Builder(ModelName model, List<String> texts) {
            this.model = model;
            this.texts = List.copyOf(texts);
            Checks.size(this.texts.size(), 1, 1_000_000, "texts");
            this.texts.forEach(text -> Checks.length(text, 1, Checks.LONGEST_TEXT, "text"));
        }

        /**
         * Limits how many texts go to the server at once; more are sent in several requests, one after the other.
         *
         * @param most 1 to 10,000; 256 unless set
         * @return this
         */
        public Builder batchSize(int most) {
            this.batchSize = (int) Checks.between(most, 1, 10_000, "batchSize");
            return this;
        }

        /**
         * Says how the vectors travel.
         *
         * @param asBase64 whether as base64, which is the default; otherwise as numbers, for servers that know nothing else
         * @return this
         */
        public Builder base64(boolean asBase64) {
            this.base64 = asBase64;
            return this;
        }

        @Override
        Builder self() {
            return this;
        }

        /** {@return the request} */
        public EmbeddingRequest build() {
            return new EmbeddingRequest(this);
        }
    }
}
