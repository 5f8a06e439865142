package io.modelrunner;

/**
 * What a road to a runner can carry in a chat.
 *
 * <p>A capability speaks of the adapter, not of the model: the {@code docker model} command, for one, has no option for
 * a temperature, whatever the model behind it could do with one. A request that needs a capability which its adapter
 * lacks is refused with an {@link UnsupportedOptionException}.
 */
public enum Capability {
    /** Messages with the system role. */
    SYSTEM_MESSAGES,
    /** More than one message of user or assistant. */
    CONVERSATION,
    /** Temperature, top-p, top-k, min-p, seed, penalties, logit bias. */
    SAMPLING,
    /** A limit of tokens, and stop strings. */
    OUTPUT_LIMITS,
    /** Tools, tool calls and their results. */
    TOOLS,
    /** Pictures in user messages. */
    IMAGES,
    /** A response format other than text. */
    STRUCTURED_OUTPUT,
    /** Reasoning told apart from the answer, and the switch for it. */
    REASONING,
    /** Counts of tokens in the response. */
    USAGE,
    /** How likely the tokens of the answer were. */
    LOGPROBS,
    /** Headers for a single request. */
    HEADERS,
    /** Request fields that this SDK has no name for. */
    EXTRA_FIELDS
}
