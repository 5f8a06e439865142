package io.modelrunner.cli;

import java.util.List;

/** The power to look for models in Docker Hub and Hugging Face. Safe for use by several threads. */
public interface ModelSearch {
    /**
     * {@return models that can be pulled, the best first; immutable}
     *
     * @param term what to look for; 1 to 100 characters, not null
     * @param most how many at most, 1 to 100
     * @throws io.modelrunner.ModelRunnerException if the command fails, such as without a network
     */
    List<FoundModel> search(String term, int most);
}
