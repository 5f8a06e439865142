package io.modelrunner.testing.fake;

import java.io.IOException;

/** Answers the requests for some of the paths. */
@FunctionalInterface
interface Routing {
    /**
     * Answers, unless the path is none of its own.
     *
     * @return whether it was
     * @throws Refusal if the answer is no
     * @throws IOException if the connection has ended
     */
    boolean answers(Call call) throws IOException;
}
