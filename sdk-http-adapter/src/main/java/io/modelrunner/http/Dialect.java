package io.modelrunner.http;

/** What a server speaks, known by its answers and never by its port. */
enum Dialect {
    /** Docker Model Runner: answers {@code GET /engines/status} with a JSON object. */
    MODEL_RUNNER("Docker Model Runner", "/engines/v1"),
    /** llama.cpp's own server: names itself in the header {@code Server} of every answer. */
    LLAMA_CPP("llama.cpp", "/v1"),
    /** Ollama: answers {@code GET /api/version}. */
    OLLAMA("Ollama", "/v1"),
    /** Anything else that lists models as OpenAI does. */
    OPENAI("OpenAI-compatible server", "/v1");

    private final String label;
    private final String apiPath;

    Dialect(String label, String apiPath) {
        this.label = label;
        this.apiPath = apiPath;
    }

    String label() {
        return label;
    }

    /** {@return the path of the OpenAI-compatible API, where the address does not name it} */
    String apiPath() {
        return apiPath;
    }
}
