package io.modelrunner.http.archive;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a GGUF header as the text that {@code docker model package} makes of them.
 *
 * <p>Vocabularies and the like are left out: arrays of more than 50 items, as there, and texts of more than a megabyte.
 */
final class GgufMetadata {
    private static final int LONGEST_KEY = 0xffff;
    private static final int LONGEST_TEXT = 1 << 20;
    private static final int LONGEST_ARRAY = 50;

    /** What all entries may take in memory, each counted with what a map needs for it. */
    private static final int MOST_KEPT = 8 << 20;

    private static final int COST_OF_ENTRY = 64;

    private final GgufInput in;
    private final SortedMap<String, String> entries = new TreeMap<>();
    private int kept;

    private GgufMetadata(GgufInput in) {
        this.in = in;
    }

    /** {@return so many entries} */
    static SortedMap<String, String> read(GgufInput in, long count) throws IOException {
        GgufMetadata metadata = new GgufMetadata(in);
        for (long i = 0; Long.compareUnsigned(i, count) < 0; i++) {
            metadata.readEntry();
        }
        return metadata.entries;
    }

    private void readEntry() throws IOException {
        String key = in.text(LONGEST_KEY);
        if (key == null) {
            throw in.refused("a GGUF file whose keys have at most " + LONGEST_KEY + " bytes", "where one is longer");
        }
        keep(COST_OF_ENTRY + key.length());
        int type = in.int32();
        String value = type == Type.ARRAY ? array() : scalar(type);
        if (value != null) {
            entries.put(key, value);
        }
    }

    private void keep(int characters) {
        kept += characters;
        if (kept > MOST_KEPT) {
            throw in.refused(
                    "a GGUF file with at most " + MOST_KEPT + " characters of metadata beside its vocabulary",
                    "which has more");
        }
    }

    private @Nullable String array() throws IOException {
        int type = in.int32();
        long count = in.int64();
        if (type == Type.ARRAY) {
            throw in.refused("a GGUF file without arrays of arrays", "which has one");
        }
        if (count < 0 || count > LONGEST_ARRAY) {
            skip(type, count);
            return null;
        }
        StringJoiner items = new StringJoiner(", ");
        boolean complete = true;
        for (int i = 0; i < count; i++) {
            String item = scalar(type);
            complete &= item != null;
            if (complete) {
                items.add(item);
            }
        }
        return complete ? items.toString() : null;
    }

    private void skip(int type, long count) throws IOException {
        if (type == Type.TEXT) {
            for (long i = 0; Long.compareUnsigned(i, count) < 0; i++) {
                in.skipText();
            }
        } else {
            int width = width(type);
            // An absurd count must stay absurd when it is multiplied.
            in.skip(count < 0 || count > Long.MAX_VALUE / width ? Long.MAX_VALUE : count * width);
        }
    }

    private @Nullable String scalar(int type) throws IOException {
        String value = read(type);
        if (value != null) {
            keep(value.length());
        }
        return value;
    }

    private @Nullable String read(int type) throws IOException {
        return switch (type) {
            case Type.UINT8 -> Integer.toString(in.int8() & 0xff);
            case Type.INT8 -> Integer.toString(in.int8());
            case Type.UINT16 -> Integer.toString(in.int16() & 0xffff);
            case Type.INT16 -> Integer.toString(in.int16());
            case Type.UINT32 -> Integer.toUnsignedString(in.int32());
            case Type.INT32 -> Integer.toString(in.int32());
            case Type.FLOAT32 -> decimal(Float.intBitsToFloat(in.int32()));
            case Type.BOOLEAN -> Boolean.toString(in.int8() != 0);
            case Type.TEXT -> in.text(LONGEST_TEXT);
            case Type.UINT64 -> Long.toUnsignedString(in.int64());
            case Type.INT64 -> Long.toString(in.int64());
            case Type.FLOAT64 -> decimal(Double.longBitsToDouble(in.int64()));
            default -> throw unknown(type);
        };
    }

    private int width(int type) {
        return switch (type) {
            case Type.UINT8, Type.INT8, Type.BOOLEAN -> 1;
            case Type.UINT16, Type.INT16 -> 2;
            case Type.UINT32, Type.INT32, Type.FLOAT32 -> 4;
            case Type.UINT64, Type.INT64, Type.FLOAT64 -> 8;
            default -> throw unknown(type);
        };
    }

    private RuntimeException unknown(int type) {
        return in.refused(
                "a GGUF file whose values have types 0 to 12", "where one has type " + Integer.toUnsignedString(type));
    }

    private static String decimal(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "+Inf" : "-Inf";
        }
        return new BigDecimal(number).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
    }

    /** The types of values, by their numbers in the file. */
    private static final class Type {
        static final int UINT8 = 0;
        static final int INT8 = 1;
        static final int UINT16 = 2;
        static final int INT16 = 3;
        static final int UINT32 = 4;
        static final int INT32 = 5;
        static final int FLOAT32 = 6;
        static final int BOOLEAN = 7;
        static final int TEXT = 8;
        static final int ARRAY = 9;
        static final int UINT64 = 10;
        static final int INT64 = 11;
        static final int FLOAT64 = 12;
    }
}
