package io.modelrunner.http.archive;

import io.modelrunner.InvalidRequestException;
import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a GGUF file says about the model in it.
 *
 * @param metadata its entries as text, without those too long to show
 * @param parameters how many numbers its tensors have
 * @param dataSize how many bytes the tensors take
 */
record GgufHeader(SortedMap<String, String> metadata, long parameters, long dataSize) {
    private static final int MAGIC = 0x46554747; // GGUF
    private static final int MAGIC_REVERSED = 0x47475546;
    private static final int MOST_DIMENSIONS = 4;
    private static final long USUAL_ALIGNMENT = 32;

    GgufHeader {
        metadata = Collections.unmodifiableSortedMap(metadata);
    }

    /**
     * Reads a header and nothing behind it.
     *
     * @throws InvalidRequestException if it is not the header of a whole model that fits the file's length
     */
    static GgufHeader read(GgufInput in) throws IOException {
        checkVersion(in);
        long tensors = in.int64();
        SortedMap<String, String> metadata = GgufMetadata.read(in, in.int64());
        checkSplit(in, metadata);
        long parameters = 0;
        long lastOffset = 0;
        // The count is only a claim, but each turn takes bytes from a file that has an end.
        for (long i = 0; Long.compareUnsigned(i, tensors) < 0; i++) {
            in.skipText(); // name
            parameters = add(in, parameters, elements(in));
            in.int32(); // type
            lastOffset = Math.max(lastOffset, positive(in, in.int64()));
        }
        return new GgufHeader(metadata, parameters, dataSize(in, metadata, lastOffset));
    }

    private static void checkVersion(GgufInput in) throws IOException {
        int magic = in.int32();
        if (magic == MAGIC_REVERSED) {
            throw bigEndian(in);
        }
        if (magic != MAGIC) {
            String begin = String.format("which begins with the bytes %08x", Integer.reverseBytes(magic));
            throw in.refused("a file that begins with the letters GGUF", begin);
        }
        int version = in.int32();
        if (version != 0 && (version & 0xffff) == 0) {
            throw bigEndian(in);
        }
        if (version != 2 && version != 3) {
            String found = "which has version " + Integer.toUnsignedString(version);
            throw in.refused("a GGUF file of version 2 or 3", found);
        }
    }

    private static InvalidRequestException bigEndian(GgufInput in) {
        return in.refused("a little-endian GGUF file", "which is big-endian");
    }

    private static void checkSplit(GgufInput in, SortedMap<String, String> metadata) {
        String count = metadata.getOrDefault("split.count", "1");
        if (!count.equals("0") && !count.equals("1")) {
            String found = "which is one of " + count + " parts";
            throw in.refused("a whole model in one file (llama-gguf-split --merge joins the parts)", found);
        }
    }

    private static long elements(GgufInput in) throws IOException {
        int dimensions = in.int32();
        if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
            String found = "where one has " + Integer.toUnsignedString(dimensions);
            throw in.refused("a GGUF file whose tensors have at most " + MOST_DIMENSIONS + " dimensions", found);
        }
        long elements = 1;
        for (int i = 0; i < dimensions; i++) {
            long length = positive(in, in.int64());
            if (length != 0 && elements > Long.MAX_VALUE / length) {
                throw tooLarge(in);
            }
            elements *= length;
        }
        return elements;
    }

    private static long add(GgufInput in, long sum, long elements) {
        if (elements > Long.MAX_VALUE - sum) {
            throw tooLarge(in);
        }
        return sum + elements;
    }

    private static long positive(GgufInput in, long number) {
        if (number < 0) {
            throw tooLarge(in);
        }
        return number;
    }

    private static InvalidRequestException tooLarge(GgufInput in) {
        return in.refused("a GGUF file whose tensors are counted in less than 2^63", "where one is larger");
    }

    private static long dataSize(GgufInput in, SortedMap<String, String> metadata, long lastOffset) {
        long alignment = alignment(in, metadata.get("general.alignment"));
        long start = (in.position() + alignment - 1) / alignment * alignment;
        // The commonest damage is a download that broke off; most of those lack whole tensors.
        if (lastOffset > 0 && lastOffset >= in.size() - start) {
            String found = "which has " + in.size() + " bytes, but whose last tensor begins after " + start + " + "
                    + lastOffset;
            throw in.refused("a whole GGUF file", found);
        }
        return Math.max(0, in.size() - start);
    }

    private static long alignment(GgufInput in, @Nullable String stated) {
        if (stated == null) {
            return USUAL_ALIGNMENT;
        }
        // Digits of a 32-bit number at most, or what was never a number.
        long alignment = stated.matches("[0-9]{1,10}") ? Long.parseLong(stated) : 0;
        if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
            throw in.refused("a GGUF file whose alignment is a power of two", "where it is something else");
        }
        return alignment;
    }
}
