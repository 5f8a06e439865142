package io.modelrunner.benchmarks;

import java.util.function.Consumer;

/** Who is measured: asks the stub server, and gathers the text of the answer. */
interface Client extends AutoCloseable {
    /** {@return the text of an answer that is streamed} Each piece is handed on as it comes. */
    String stream(Consumer<String> pieces);

    /** {@return the text of an answer in one piece} */
    String ask();

    @Override
    void close();
}
