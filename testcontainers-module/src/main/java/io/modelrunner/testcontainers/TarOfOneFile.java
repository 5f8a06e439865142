package io.modelrunner.testcontainers;

import com.github.dockerjava.api.DockerClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.testcontainers.utility.MountableFile;

/**
 * A file as the engine wants it, read as it is sent.
 *
 * <p>Testcontainers has another thread write through a pipe of one kilobyte, which takes several times as long.
 */
final class TarOfOneFile {
    private static final int RECORD = 512;
    private static final int END = 2 * RECORD;

    private TarOfOneFile() {}

    /**
     * Puts a file into a container.
     *
     * @param path where to, from the root on
     */
    static void send(MountableFile file, String path, String container, DockerClient engine) {
        try (InputStream archive = of(Path.of(file.getResolvedPath()), path, file.getFileMode())) {
            engine.copyArchiveToContainerCmd(container)
                    .withTarInputStream(archive)
                    .withRemotePath("/")
                    .exec();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return the archive, which the caller closes}
     *
     * @param name what the file is called in it
     * @param mode its permissions
     */
    static InputStream of(Path file, String name, int mode) throws IOException {
        long size = Files.size(file);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(mode);
        byte[] rest = new byte[(int) Math.floorMod(-size, (long) RECORD) + END];
        return new SequenceInputStream(Collections.enumeration(List.of(
                new ByteArrayInputStream(header(entry)), Files.newInputStream(file), new ByteArrayInputStream(rest))));
    }

    private static byte[] header(TarArchiveEntry entry) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        // Not closed, as it would complain that the content is missing.
        TarArchiveOutputStream archive = new TarArchiveOutputStream(header);
        archive.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        archive.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        archive.putArchiveEntry(entry);
        archive.flush();
        return header.toByteArray();
    }
}
