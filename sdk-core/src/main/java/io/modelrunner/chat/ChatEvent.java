package io.modelrunner.chat;

/**
 * Something that arrives while an answer is streamed.
 *
 * <p>A switch over these kinds stays complete when later versions bring more: new kinds are {@link Other}s.
 */
public sealed interface ChatEvent {
    /**
     * A piece of the answer.
     *
     * @param text the piece, never empty; may be less or more than a token
     */
    record Text(String text) implements ChatEvent {}

    /**
     * A piece of the reasoning that comes before the answer.
     *
     * @param text the piece, never empty
     */
    record Reasoning(String text) implements ChatEvent {}

    /**
     * A call of a tool, put together from its fragments.
     *
     * @param call the call
     */
    record ToolCallEvent(ToolCall call) implements ChatEvent {}

    /**
     * The end of the answer; the last event of every stream that ends well.
     *
     * @param response the whole answer
     */
    record Completed(ChatResponse response) implements ChatEvent {}

    /** Where kinds of later versions will live; ignore those you don't know. */
    non-sealed interface Other extends ChatEvent {}
}
