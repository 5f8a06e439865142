package io.modelrunner.testing;

import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.FinishReason;
import io.modelrunner.chat.ToolCall;
import io.modelrunner.chat.Usage;
import io.modelrunner.testing.internal.Json;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * What can be asserted of an answer, whole or streamed.
 *
 * @param <S> the type of the assertions
 * @param <A> what they are about
 */
public abstract class AbstractChatResponseAssert<S extends AbstractChatResponseAssert<S, A>, A>
        extends AbstractAssert<S, A> {
    /**
     * Makes the assertions.
     *
     * @param actual what they are about
     * @param type the type of the assertions
     */
    protected AbstractChatResponseAssert(@Nullable A actual, Class<?> type) {
        super(actual, type);
    }

    /** {@return the answer} */
    protected abstract ChatResponse response();

    /** {@return this, if the model came to an end of its own: it stopped, or asks for tools to be called} */
    public S isComplete() {
        FinishReason reason = response().finishReason();
        return require(reason == FinishReason.STOP || reason == FinishReason.TOOL_CALLS, "that is complete");
    }

    /** {@return this, if the answer was cut off by the limit of tokens or the end of the context} */
    public S isCutOff() {
        return require(response().finishReason() == FinishReason.LENGTH, "that is cut off");
    }

    /**
     * {@return this, if the model stopped for this reason}
     *
     * @param reason the reason
     */
    public S hasFinishReason(FinishReason reason) {
        return require(response().finishReason() == reason, "that ends with " + reason);
    }

    /**
     * {@return this, if this is the text}
     *
     * @param text the whole text
     */
    public S hasText(String text) {
        return require(response().text().equals(text), "with the text " + quoted(text));
    }

    /**
     * {@return this, if the text begins so}
     *
     * @param start the beginning
     */
    public S hasTextStartingWith(String start) {
        return require(response().text().startsWith(start), "whose text starts with " + quoted(start));
    }

    /**
     * {@return this, if the text contains this part}
     *
     * @param part the part
     */
    public S hasTextContaining(String part) {
        return require(response().text().contains(part), "whose text contains " + quoted(part));
    }

    /** {@return this, if there is reasoning before the answer} */
    public S hasReasoning() {
        return require(response().reasoning().isPresent(), "with reasoning");
    }

    /**
     * {@return this, if this is the reasoning before the answer}
     *
     * @param text the whole reasoning
     */
    public S hasReasoning(String text) {
        return require(response().reasoning().equals(Optional.of(text)), "with the reasoning " + quoted(text));
    }

    /**
     * {@return this, if the model asks for a tool to be called}
     *
     * @param tool the tool's name
     */
    public S callsTool(String tool) {
        return require(calls(call -> call.name().equals(tool)), "that calls the tool " + quoted(tool));
    }

    /**
     * {@return this, if the model asks for a tool to be called with these arguments}
     *
     * @param tool the tool's name
     * @param arguments the arguments as JSON; they are compared by what they mean
     */
    public S callsTool(String tool, String arguments) {
        Object expected = Json.read(arguments);
        boolean called = calls(call -> call.name().equals(tool) && means(call.arguments(), expected));
        return require(called, "that calls the tool " + quoted(tool) + " with " + arguments);
    }

    /**
     * {@return this, if the model asks for these tools to be called, in this order, and for no others}
     *
     * @param tools the tools' names
     */
    public S callsExactly(String... tools) {
        List<String> names = response().toolCalls().stream().map(ToolCall::name).toList();
        return require(names.equals(List.of(tools)), "that calls exactly the tools " + List.of(tools));
    }

    /** {@return this, if the model asks for no tool to be called} */
    public S hasNoToolCalls() {
        return require(response().toolCalls().isEmpty(), "that calls no tool");
    }

    /**
     * {@return this, if these are the counts of tokens}
     *
     * @param prompt tokens of the prompt
     * @param completion tokens of the answer
     */
    public S hasUsage(int prompt, int completion) {
        Optional<Usage> usage = response().usage();
        boolean same = usage.filter(is -> is.promptTokens() == prompt && is.completionTokens() == completion)
                .isPresent();
        return require(same, "that took " + prompt + " prompt and " + completion + " completion tokens");
    }

    /** {@return this, if nothing was amiss} */
    public S hasNoWarnings() {
        return require(response().warnings().isEmpty(), "without warnings");
    }

    /**
     * {@return this, if one of the warnings contains this part}
     *
     * @param part the part
     */
    public S hasWarningContaining(String part) {
        boolean warned = response().warnings().stream().anyMatch(warning -> warning.contains(part));
        return require(warned, "with a warning that contains " + quoted(part));
    }

    /**
     * {@return this, if this adapter answered}
     *
     * @param adapter its name
     */
    public S wasAnsweredBy(String adapter) {
        return require(response().adapter().equals(adapter), "by the adapter " + quoted(adapter));
    }

    /**
     * {@return this, if this model was asked}
     *
     * @param model its name as typed
     */
    public S wasAskedOf(String model) {
        return require(response().model().text().equals(model), "of the model " + quoted(model));
    }

    S require(boolean holds, String what) {
        if (!holds) {
            throw failure("%nExpecting an answer%n  %s%nbut it was%n  %s", what, told());
        }
        return myself;
    }

    String told() {
        ChatResponse is = response();
        StringBuilder told = new StringBuilder(quoted(is.text()));
        told.append(", finish reason ").append(is.finishReason());
        is.reasoning().ifPresent(text -> told.append(", reasoning ").append(quoted(text)));
        for (ToolCall call : is.toolCalls()) {
            told.append(", call of ").append(call.name()).append(call.arguments());
        }
        is.usage().ifPresent(usage -> told.append(", ").append(usage));
        is.warnings().forEach(warning -> told.append(", warning ").append(quoted(warning)));
        told.append(", from ").append(is.model()).append(" by the adapter ").append(quoted(is.adapter()));
        return told.append(is.adapter().equals("mock") ? ", which asks no model at all" : "")
                .toString();
    }

    private boolean calls(Predicate<ToolCall> wanted) {
        return response().toolCalls().stream().anyMatch(wanted);
    }

    private static boolean means(String arguments, @Nullable Object expected) {
        try {
            return Objects.equals(Json.read(arguments), expected);
        } catch (IllegalArgumentException e) {
            return false; // models do write what is no JSON
        }
    }

    static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
