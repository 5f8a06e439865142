package io.modelrunner.testing;

import static java.util.Objects.requireNonNull;

import io.modelrunner.ModelName;
import io.modelrunner.chat.ChatRequest;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What {@link LLMAdapterContract} needs to know of the runner behind an adapter. Immutable. */
public final class RunnerUnderTest {
    private final ChatRequest known;
    private final String answer;
    private final ChatRequest endless;
    private final @Nullable String unknownModel;
    private final @Nullable BooleanSupplier idle;
    private final @Nullable String answeredBy;

    private RunnerUnderTest(
            ChatRequest known,
            String answer,
            ChatRequest endless,
            @Nullable String unknownModel,
            @Nullable BooleanSupplier idle,
            @Nullable String answeredBy) {
        this.known = requireNonNull(known, "known");
        this.answer = requireNonNull(answer, "answer");
        this.endless = requireNonNull(endless, "endless");
        this.unknownModel = unknownModel;
        this.idle = idle;
        this.answeredBy = answeredBy;
    }

    /**
     * {@return a runner}
     *
     * @param known a request whose answer is known; it needs only what the adapter carries
     * @param answer its answer: the whole text, more than one token long
     * @param endless a request to the same model whose answer goes on for at least half a minute, whose first token takes
     *     more than a millisecond, and which needs only what the adapter carries
     */
    public static RunnerUnderTest of(ChatRequest known, String answer, ChatRequest endless) {
        return new RunnerUnderTest(known, answer, endless, null, null, null);
    }

    /**
     * {@return the same runner, which refuses models it does not have} Some answer whatever model is named.
     *
     * @param name a model that it does not have
     */
    public RunnerUnderTest withUnknownModel(String name) {
        return new RunnerUnderTest(known, answer, endless, requireNonNull(name, "name"), idle, answeredBy);
    }

    /**
     * {@return the same runner, which tells whether it computes}
     *
     * @param probe whether the runner computes nothing now
     */
    public RunnerUnderTest withIdleProbe(BooleanSupplier probe) {
        return new RunnerUnderTest(known, answer, endless, unknownModel, requireNonNull(probe, "probe"), answeredBy);
    }

    /**
     * {@return the same runner, whose answers name another adapter than the one under test: one that stands behind it}
     *
     * @param adapter its name
     */
    public RunnerUnderTest withAnswersBy(String adapter) {
        return new RunnerUnderTest(known, answer, endless, unknownModel, idle, requireNonNull(adapter, "adapter"));
    }

    /** {@return the name of the model, as it is asked for} */
    public ModelName model() {
        return known.model();
    }

    /** {@return a request whose answer is known} */
    public ChatRequest known() {
        return known;
    }

    /** {@return the text that answers it} */
    public String answer() {
        return answer;
    }

    /** {@return a request whose answer goes on until it is cancelled} */
    public ChatRequest endless() {
        return endless;
    }

    /** {@return the name of a model that the runner does not have, if it refuses such names} */
    public Optional<String> unknownModel() {
        return Optional.ofNullable(unknownModel);
    }

    /** {@return what tells whether the runner computes nothing now, if that can be told} */
    public Optional<BooleanSupplier> idle() {
        return Optional.ofNullable(idle);
    }

    /** {@return the name of the adapter that answers, if it is another than the one under test} */
    public Optional<String> answeredBy() {
        return Optional.ofNullable(answeredBy);
    }
}
