package io.modelrunner.http;

import io.modelrunner.discovery.Candidate;
import io.modelrunner.discovery.Diagnosis.Outcome;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Finds out what is at a place. */
interface Prober extends AutoCloseable {
    /**
     * {@return what is there; takes some seconds at most, and ends when this is closed}
     *
     * @param named whether somebody says that a runner is there, so that one is believed to be that wants a key and says
     *     nothing else
     */
    Answer ask(Candidate place, boolean named);

    /** Ends all questions. */
    @Override
    void close();

    /**
     * What a place answered.
     *
     * @param dialect what it speaks, null if it is no runner
     * @param detail one sentence for people
     * @param models how many models it has, if that was asked
     */
    record Answer(Outcome outcome, @Nullable Dialect dialect, String detail, OptionalInt models, Duration took) {}
}
