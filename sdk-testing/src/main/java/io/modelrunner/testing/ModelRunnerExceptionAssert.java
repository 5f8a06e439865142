package io.modelrunner.testing;

import io.modelrunner.ModelRunnerException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about a failure; {@link ModelRunnerAssertions#assertThat(ModelRunnerException)} makes them.
 *
 * <p>{@code isInstanceOf(…)}, {@code hasMessageContaining(…)} and the like are there too.
 */
public final class ModelRunnerExceptionAssert
        extends AbstractThrowableAssert<ModelRunnerExceptionAssert, ModelRunnerException> {
    ModelRunnerExceptionAssert(@Nullable ModelRunnerException actual) {
        super(actual, ModelRunnerExceptionAssert.class);
    }

    /**
     * {@return this, if the runner answered with this HTTP status}
     *
     * @param status the status
     */
    public ModelRunnerExceptionAssert hasStatus(int status) {
        isNotNull();
        return require(actual.status().orElse(0) == status, "with the status " + status, actual.status());
    }

    /**
     * {@return this, if one of the remedies contains this part}
     *
     * @param part the part, of the command or of when it helps
     */
    public ModelRunnerExceptionAssert hasRemedyContaining(String part) {
        isNotNull();
        boolean found =
                actual.remedies().stream().anyMatch(remedy -> remedy.toString().contains(part));
        return require(found, "with a remedy that contains \"" + part + "\"", actual.remedies());
    }

    /** {@return this, if another adapter may do better} */
    public ModelRunnerExceptionAssert isWorthTryingElsewhere() {
        isNotNull();
        return require(actual.elsewhere(), "that is worth trying elsewhere", "not");
    }

    /** {@return this, if no other adapter will do better} */
    public ModelRunnerExceptionAssert isNotWorthTryingElsewhere() {
        isNotNull();
        return require(!actual.elsewhere(), "that is not worth trying elsewhere", "worth trying");
    }

    /**
     * {@return this, if it names the model that was asked for}
     *
     * @param model its name as typed
     */
    public ModelRunnerExceptionAssert namesModel(String model) {
        isNotNull();
        boolean named = actual.model().filter(name -> name.text().equals(model)).isPresent();
        return require(named, "that names the model " + model, actual.model());
    }

    /**
     * {@return this, if it names the adapter that failed}
     *
     * @param adapter its name
     */
    public ModelRunnerExceptionAssert namesAdapter(String adapter) {
        isNotNull();
        return require(
                actual.adapter().filter(adapter::equals).isPresent(), "of the adapter " + adapter, actual.adapter());
    }

    /**
     * {@return this, if this is what arrived of the answer}
     *
     * @param text the text so far
     */
    public ModelRunnerExceptionAssert hasPartialText(String text) {
        isNotNull();
        return require(actual.partialText().equals(text), "after the text \"" + text + "\"", actual.partialText());
    }

    private ModelRunnerExceptionAssert require(boolean holds, String what, Object instead) {
        if (!holds) {
            throw failure("%nExpecting a failure%n  %s%nbut it was%n  %s%nof%n  %s", what, instead, actual);
        }
        return this;
    }
}
