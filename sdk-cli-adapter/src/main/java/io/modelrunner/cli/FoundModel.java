package io.modelrunner.cli;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A model that a search found.
 *
 * @param name what to pull
 * @param description a sentence or two; may be empty
 * @param source where it is: {@code Docker Hub}, {@code HuggingFace}
 * @param downloads how often it was downloaded
 * @param stars how many like it
 * @param official whether Docker publishes it
 */
public record FoundModel(String name, String description, String source, long downloads, long stars, boolean official) {
    /**
     * Checks that nothing is null.
     *
     * @param name what to pull; not null
     * @param description a sentence or two; not null
     * @param source where it is; not null
     * @param downloads how often it was downloaded
     * @param stars how many like it
     * @param official whether Docker publishes it
     */
    public FoundModel {
        requireNonNull(name, "name");
        requireNonNull(description, "description");
        requireNonNull(source, "source");
    }

    static Optional<FoundModel> read(JsonTree json) {
        return json.get("Name")
                .text()
                .map(name -> new FoundModel(
                        name,
                        json.get("Description").text().orElse(""),
                        json.get("Source").text().orElse(""),
                        (long) json.get("Downloads").number(),
                        (long) json.get("Stars").number(),
                        json.get("Official").isTrue()));
    }
}
