package io.modelrunner.tinymodel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file of the tiny models: what llama.cpp's server needs to answer in tests.
 *
 * <p>The module's README says what each can do and which answers tests may rely on.
 */
public enum TinyModel {
    /** The language model: chat, streaming, tools, JSON; wants {@code --jinja}. */
    CHAT("tiny.gguf", "94c2b12d203b3710da40690f46e023f32eedc07af9b87d6a093b6b39001f71bb"),
    /** The same weights for embeddings of 128 dimensions; wants {@code --embeddings}. */
    EMBEDDING("tiny-embed.gguf", "bf73d505ac9e58390b0b57ed59e80cccefacf8eb80668dcd4fdb7d6be1eac469"),
    /** A reranker that counts the words in common; wants {@code --reranking}. */
    RERANKER("tiny-rerank.gguf", "b4f6f99aa1c9b213ccc0b1ac833dca96f0ccd62d09e95f57ec957e3cfc599950"),
    /** Lets {@link #CHAT} see the colour of pictures; goes to {@code --mmproj}. */
    VISION_PROJECTOR("tiny-vision-mmproj.gguf", "5c30daf6cdbeb1b4784a8621ae31ca5621e6f9fb6aea43a3fbe69cd5471be1d7"),
    /** A chat template with reasoning for {@link #CHAT}; goes to {@code --chat-template-file}. */
    REASONING_TEMPLATE("tiny-thinking.jinja", "12825c9efbca60305fdb189a9e4c7f9845b8e31bc06214c2acc250c4bb46f3d1");

    private final String fileName;
    private final String sha256;

    TinyModel(String fileName, String sha256) {
        this.fileName = fileName;
        this.sha256 = sha256;
    }

    /** {@return its name as a file, such as {@code tiny.gguf}} */
    public String fileName() {
        return fileName;
    }

    /** {@return the SHA-256 of its content, 64 hexadecimal digits} */
    public String sha256() {
        return sha256;
    }

    /** {@return its content; the caller closes it} */
    public InputStream open() {
        return resource(fileName);
    }

    /**
     * {@return its content}
     *
     * @throws UncheckedIOException if it can't be read
     */
    public byte[] bytes() {
        try (InputStream content = open()) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes it to a file.
     *
     * @param target the file, replaced if it is there; not null
     * @return the target
     * @throws UncheckedIOException if it can't be written
     */
    public Path copyTo(Path target) {
        try (InputStream content = open()) {
            Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the measured exchanges with these models, {@code answers.json}; the caller closes it} */
    public static InputStream answers() {
        return resource("answers.json");
    }

    private static InputStream resource(String name) {
        InputStream content = TinyModel.class.getResourceAsStream(name);
        if (content == null) {
            throw new IllegalStateException("the archive of the tiny models is damaged: it has no " + name);
        }
        return content;
    }
}
