package io.modelrunner.control;

/** What can be configured of a model, to name what is {@linkplain ConfigurationChange.Builder#reset cleared}. */
public enum Setting {
    /** The size of the context. */
    CONTEXT_SIZE("context size"),
    /** The flags that the engine is started with. */
    RUNTIME_FLAGS("runtime flags"),
    /** How long an idle model stays loaded. */
    KEEP_ALIVE("keep-alive"),
    /** The limit of reasoning; llama.cpp only. */
    REASONING_BUDGET("reasoning budget"),
    /** Speculative decoding. */
    SPECULATIVE("speculative decoding"),
    /** What only vLLM knows. */
    VLLM("vLLM block");

    private final String label;

    Setting(String label) {
        this.label = label;
    }

    /** {@return its name in plain words, such as {@code context size}} */
    public String label() {
        return label;
    }
}
