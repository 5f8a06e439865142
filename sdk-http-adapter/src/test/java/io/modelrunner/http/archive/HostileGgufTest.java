package io.modelrunner.http.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import io.modelrunner.InvalidRequestException;
import io.modelrunner.tinymodel.TinyModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is called a GGUF file: a header or the one exception, soon and in little memory. */
class HostileGgufTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int SEEDS = 2_000;

    /** Eight megabytes of text may be kept; it is held a few times over while it is read. */
    private static final long MOST_MEMORY = 64 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void everyTruncationOfAHeaderIsRefused() {
        byte[] header = Arrays.copyOf(TinyModel.CHAT.bytes(), 31_451);
        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int length = 0; length <= header.length; length++) {
                byte[] cut = Arrays.copyOf(header, length);
                assertThatExceptionOfType(InvalidRequestException.class)
                        .as("cut after %d bytes", length)
                        .isThrownBy(() -> GgufHeaderTest.header(cut))
                        .satisfies(refused -> assertThat(refused.bound()).isEqualTo("a whole GGUF file"));
            }
        });
    }

    @Test
    void flippedBitsAreReadOrRefused() {
        byte[] file = Arrays.copyOf(TinyModel.CHAT.bytes(), 1_028_320);
        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int seed = 0; seed < SEEDS; seed++) {
                Random random = new Random(seed);
                int flips = 1 + random.nextInt(4);
                // The first bytes and those around the tensors decide most; the vocabulary between them is long.
                int reach = random.nextBoolean() ? 200 : 31_451;
                int[] places = random.ints(flips, 0, reach * 8).toArray();
                flip(file, places);
                checkBounded("seed " + seed, new ByteArrayInputStream(file), file.length);
                flip(file, places);
            }
        });
    }

    @Test
    void randomBytesBehindTheMagicAreReadOrRefused() {
        assertTimeoutPreemptively(PATIENCE, () -> {
            for (int seed = 0; seed < SEEDS; seed++) {
                Random random = new Random(seed);
                byte[] noise = new byte[random.nextInt(2_000)];
                random.nextBytes(noise);
                for (int i = 0; i < noise.length; i++) {
                    // Small numbers get further.
                    noise[i] = random.nextInt(4) == 0 ? (byte) (noise[i] & 15) : random.nextBoolean() ? 0 : noise[i];
                }
                byte[] file =
                        GgufBytes.begin(random.nextInt(5), random.nextInt(5)).bytes();
                byte[] whole = Arrays.copyOf(file, file.length + noise.length);
                System.arraycopy(noise, 0, whole, file.length, noise.length);
                checkBounded("seed " + seed, new ByteArrayInputStream(whole), whole.length);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 20, Integer.MAX_VALUE, 1L << 40, 1L << 61, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void claimsBeyondTheFileAreRefused(long claim) {
        GgufBytes[] files = {
            GgufBytes.begin(0, claim),
            GgufBytes.begin(claim, 0),
            GgufBytes.begin(0, 1).int64(claim),
            GgufBytes.begin(0, 1).entry("k", GgufBytes.TEXT).int64(claim),
            GgufBytes.begin(0, 1).array("k", 0, claim),
            GgufBytes.begin(0, 1).array("k", 12, claim),
            GgufBytes.begin(0, 1).array("k", GgufBytes.TEXT, claim),
            GgufBytes.begin(1, 0).int64(claim),
        };
        for (GgufBytes file : files) {
            byte[] bytes = file.zeros(100).bytes();
            assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> GgufHeaderTest.header(bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, GgufBytes.TEXT})
    void headerWithoutEndIsRefused(int type) {
        byte[] begin = GgufBytes.begin(0, 1).array("k", type, 1L << 39).bytes();

        assertRefused("at most 268435456 bytes", begin);
    }

    @Test
    void entriesWithoutEndAreRefused() {
        assertRefused(
                "at most 8388608 characters", GgufBytes.begin(0, Long.MAX_VALUE).bytes());
    }

    @Test
    void tensorsWithoutEndAreRefused() {
        assertRefused(
                "at most 268435456 bytes", GgufBytes.begin(Long.MAX_VALUE, 0).bytes());
    }

    @Test
    void textsThatAddUpAreRefused() {
        GgufBytes file = GgufBytes.begin(0, 1).array("k", GgufBytes.TEXT, 50);
        for (int i = 0; i < 50; i++) {
            file.text("x".repeat(1 << 20));
        }

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> GgufHeaderTest.header(file.bytes()))
                .withMessageContaining("at most 8388608 characters");
    }

    /** Refused although a terabyte of zeros follows. */
    private static void assertRefused(String bound, byte[] begin) {
        assertTimeoutPreemptively(PATIENCE, () -> {
            InputStream file = new Zeros(begin);
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> checkBounded(bound, file, 1L << 40, true))
                    .withMessageContaining(bound);
        });
    }

    private static void flip(byte[] bytes, int[] places) {
        for (int place : places) {
            bytes[place / 8] ^= (byte) (1 << place % 8);
        }
    }

    private static void checkBounded(String name, InputStream file, long size) throws IOException {
        checkBounded(name, file, size, false);
    }

    private static void checkBounded(String name, InputStream file, long size, boolean tell) throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            GgufHeader.read(new GgufInput(file, size, Path.of("model.gguf")));
        } catch (InvalidRequestException e) {
            if (tell) {
                throw e;
            }
        } finally {
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as(name)
                    .isLessThan(MOST_MEMORY);
        }
    }
}
