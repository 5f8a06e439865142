package io.modelrunner.testcontainers;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.tinymodel.TinyModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;

/** A file of this machine, or a resource, that a container is to have. */
final class HostFile {
    /** How Testcontainers begins the name of the file into which it unpacks a resource of an archive. */
    private static final String UNPACKED = ".testcontainers-tmp-";

    private static final String GGUF = ".gguf";
    private static final Pattern NAME = Pattern.compile("\\w[\\w.:-]*(/\\w[\\w.:-]*)*");

    // The engine keeps the owner of a file, and the server may be another user.
    private static final int READABLE = 0644;

    private HostFile() {}

    /**
     * {@return where it is}
     *
     * @param field what the caller calls it
     * @throws InvalidRequestException if there is no such file, or it can't be read
     */
    static Path path(MountableFile file, String field) {
        Path path = Path.of(file.getResolvedPath());
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new InvalidRequestException(field, "a file that can be read", path.toString());
        }
        return path;
    }

    /** {@return what can be read in the container by everybody} */
    static Transferable readable(Transferable content, String field) {
        return content instanceof MountableFile file ? MountableFile.forHostPath(path(file, field), READABLE) : content;
    }

    /**
     * {@return the name of the file, without folders}
     *
     * @throws InvalidRequestException if it has only the name that Testcontainers made up, another one each time
     */
    static String name(MountableFile gguf) {
        String name = path(gguf, "gguf").getFileName().toString();
        if (name.startsWith(UNPACKED)) {
            throw new InvalidRequestException(
                    "gguf", "a file with a name (a resource of a jar is given one by withModelFile(gguf, name))", name);
        }
        return name;
    }

    /**
     * {@return a file of a tiny model, which is there until this process ends}
     *
     * @throws InvalidRequestException if it is for use beside a model only
     */
    static MountableFile of(TinyModel tiny) {
        if (tiny == TinyModel.VISION_PROJECTOR || tiny == TinyModel.REASONING_TEMPLATE) {
            throw new InvalidRequestException("tiny", "CHAT, EMBEDDING or RERANKER", tiny.name());
        }
        try {
            Path file = Files.createTempFile("tiny", GGUF);
            file.toFile().deleteOnExit();
            return MountableFile.forHostPath(tiny.copyTo(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return a model's name, without the ending of its file} */
    static String model(String file) {
        return file.endsWith(GGUF) ? file.substring(0, file.length() - GGUF.length()) : file;
    }

    /**
     * {@return the name of a model's file}
     *
     * @throws InvalidRequestException if the model's name can't be one of a file
     */
    static String ofModel(String model) {
        if (!NAME.matcher(model).matches()) {
            throw new InvalidRequestException("name", NAME.pattern(), '"' + model + '"');
        }
        return model + GGUF;
    }
}
