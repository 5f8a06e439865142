package io.modelrunner.http.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Digests one file of a tar that is pushed through in pieces of any length.
 *
 * <p>Reads ustar, pax and GNU headers as the runner does: where it would refuse the archive, nothing is found.
 */
final class TarScanner {
    /** The longest pax header or long name, as in the runner's library. */
    private static final int LONGEST_EXTENSION = 1 << 20;

    private final String wanted;
    private final MessageDigest digest = Sha256.start();
    private @Nullable String digits;

    private State state = State.READING;
    private final byte[] header = new byte[TarWriter.BLOCK];
    private int headerLength;
    private Entry entry = Entry.OTHER;
    private long contentLeft;
    private int paddingLeft;

    private final ByteArrayOutputStream extension = new ByteArrayOutputStream();
    private @Nullable String nextName;
    private long nextSize = -1;

    TarScanner(String wanted) {
        this.wanted = wanted;
    }

    /** {@return the SHA-256 of the file, once all of it has come; of the last one if there are several} */
    Optional<String> digits() {
        return state == State.BROKEN ? Optional.empty() : Optional.ofNullable(digits);
    }

    void accept(byte[] bytes, int offset, int count) {
        int at = offset;
        int end = offset + count;
        while (at < end && state == State.READING) {
            if (contentLeft > 0) {
                at += content(bytes, at, end - at);
            } else if (paddingLeft > 0) {
                at += padding(end - at);
            } else {
                at += header(bytes, at, end - at);
            }
        }
    }

    private int content(byte[] bytes, int at, int available) {
        int count = (int) Math.min(contentLeft, available);
        if (entry == Entry.WANTED) {
            digest.update(bytes, at, count);
        } else if (entry != Entry.OTHER) {
            extension.write(bytes, at, count);
        }
        contentLeft -= count;
        if (contentLeft == 0) {
            entryEnded();
        }
        return count;
    }

    private int padding(int available) {
        int count = Math.min(paddingLeft, available);
        paddingLeft -= count;
        return count;
    }

    private int header(byte[] bytes, int at, int available) {
        int count = Math.min(header.length - headerLength, available);
        System.arraycopy(bytes, at, header, headerLength, count);
        headerLength += count;
        if (headerLength == header.length) {
            headerLength = 0;
            headerEnded();
        }
        return count;
    }

    private void headerEnded() {
        int sum = TarWriter.sum(header);
        if (sum == 0) {
            state = State.ENDED;
            return;
        }
        char type = (char) (header[156] & 0xff);
        long size = TarNumbers.read(header, 124, 12);
        if (TarNumbers.read(header, 148, 8) != sumWithBlanks(sum) || size < 0) {
            state = State.BROKEN;
            return;
        }
        entry = entry(type);
        if (entry == Entry.PAX || entry == Entry.LONG_NAME) {
            begin(size, LONGEST_EXTENSION);
        } else if (type == 'K' || type == 'g') {
            begin(size, Long.MAX_VALUE - TarWriter.BLOCK);
        } else {
            beginFile(type, size);
        }
    }

    private void beginFile(char type, long size) {
        String name = nextName == null ? name() : nextName;
        if (name.equals(wanted) && (type == '0' || type == 0)) {
            entry = Entry.WANTED;
        }
        // Links, devices, directories and pipes have no content, whatever size they state.
        long content = type >= '1' && type <= '6' ? 0 : nextSize < 0 ? size : nextSize;
        nextName = null;
        nextSize = -1;
        begin(content, Long.MAX_VALUE - TarWriter.BLOCK);
    }

    private void begin(long size, long most) {
        if (size > most) {
            state = State.BROKEN;
            return;
        }
        digest.reset();
        extension.reset();
        contentLeft = size;
        paddingLeft = TarWriter.padding(size);
        if (size == 0) {
            entryEnded();
        }
    }

    private void entryEnded() {
        switch (entry) {
            case WANTED -> digits = Sha256.digits(digest);
            case LONG_NAME -> nextName = text(extension.toByteArray(), 0, extension.size());
            case PAX -> {
                if (!readPax(extension.toByteArray())) {
                    state = State.BROKEN;
                }
            }
            case OTHER -> {}
        }
    }

    /** {@return whether these were records of a pax header, "length key=value\n" each} */
    private boolean readPax(byte[] records) {
        int at = 0;
        while (at < records.length) {
            String rest = new String(records, at, Math.min(20, records.length - at), ISO_8859_1);
            int blank = rest.indexOf(' ');
            long length = blank < 0 ? -1 : TarNumbers.decimal(rest.substring(0, blank));
            if (length <= blank + 1 || length > records.length - at || records[at + (int) length - 1] != '\n') {
                return false;
            }
            String record = new String(records, at + blank + 1, (int) length - blank - 2, UTF_8);
            int equals = record.indexOf('=');
            if (equals < 1 || !keep(record.substring(0, equals), record.substring(equals + 1))) {
                return false;
            }
            at += (int) length;
        }
        return true;
    }

    private boolean keep(String key, String value) {
        if (value.isEmpty()) {
            return true;
        }
        if (key.equals("path")) {
            nextName = value;
        } else if (key.equals("size")) {
            nextSize = TarNumbers.decimal(value);
            return nextSize >= 0;
        }
        return true;
    }

    private String name() {
        String name = text(header, 0, 100);
        boolean ustar = Arrays.equals(header, 257, 263, "ustar\0".getBytes(ISO_8859_1), 0, 6);
        String prefix = ustar ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** {@return the text up to a zero} */
    private static String text(byte[] bytes, int at, int most) {
        int length = 0;
        while (length < most && bytes[at + length] != 0) {
            length++;
        }
        return new String(bytes, at, length, UTF_8);
    }

    /** {@return the sum with the eight bytes of the sum itself as blanks} */
    private long sumWithBlanks(int sum) {
        int blanks = sum;
        for (int i = 148; i < 156; i++) {
            blanks += ' ' - (header[i] & 0xff);
        }
        return blanks;
    }

    private static Entry entry(char type) {
        return switch (type) {
            case 'x' -> Entry.PAX;
            case 'L' -> Entry.LONG_NAME;
            default -> Entry.OTHER;
        };
    }

    private enum State {
        READING,
        ENDED,
        BROKEN
    }

    private enum Entry {
        WANTED,
        PAX,
        LONG_NAME,
        OTHER
    }
}
