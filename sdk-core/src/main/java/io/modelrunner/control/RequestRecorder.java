package io.modelrunner.control;

import io.modelrunner.ModelRunnerException;
import java.util.List;

/**
 * The power to read what the runner has recorded of everybody's requests, prompts and answers included.
 *
 * <p>Docker Model Runner asks nobody who they are: whoever reaches its port can read this. An adapter therefore gives this power
 * only where it was switched on. Kept are the latest 10 requests of each model; all of a model are gone as soon as one of its
 * processes ends, for whatever reason. Requests that reached no engine are not kept. Safe for use by several threads.
 */
public interface RequestRecorder {
    /**
     * {@return what is recorded of all models; immutable}
     *
     * @throws ModelRunnerException if it can't be read
     */
    List<RecordedTraffic> requests();

    /**
     * {@return what is recorded of a model; immutable, empty also for a model that is not there}
     *
     * @param model the model's name; not null
     * @throws ModelRunnerException if it can't be read
     */
    List<RecordedTraffic> requests(String model);
}
