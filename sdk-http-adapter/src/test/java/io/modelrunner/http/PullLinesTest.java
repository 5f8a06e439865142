package io.modelrunner.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.modelrunner.ModelName;
import io.modelrunner.ModelRunnerException;
import io.modelrunner.Timeouts;
import io.modelrunner.http.TransferLine.Kind;
import io.modelrunner.internal.TransferProgress;
import io.modelrunner.store.PullEvent;
import io.modelrunner.store.PullEvent.LayerProgress;
import io.modelrunner.store.PullStream;
import io.modelrunner.store.RegistryRequest;
import io.modelrunner.testing.LeakCheck;
import io.modelrunner.testing.ScriptedServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of news as servers send them, and as they never should. */
@Timeout(60)
class PullLinesTest {
    private static final String A = "sha256:aa";
    private static final String B = "sha256:bb";

    @RegisterExtension
    final LeakCheck leaks = LeakCheck.of();

    @Test
    void layersAreSummedUpToTheTotal() {
        List<LayerProgress> layers =
                layers(line(A, 400, 100, 50), line(B, 400, 300, 150), line(A, 400, 100, 100), line(B, 400, 300, 300));
        assertThat(layers).extracting(PullEvent::completedBytes).containsExactly(50L, 200L, 250L, 400L);
        assertThat(layers).extracting(PullEvent::percent).containsExactly(12, 50, 62, 99);
        assertThat(layers).extracting(PullEvent::totalBytes).containsOnly(400L);
    }

    @Test
    void layerThatIsSentFromTheStartAgainIsNeverMoreThanItsSize() {
        List<LayerProgress> layers = layers(line(A, 26_194_176, 26_194_176, 38_514_944));
        assertThat(layers.get(0).current()).isEqualTo(26_194_176);
        assertThat(layers.get(0).percent()).isEqualTo(99);
    }

    @Test
    void twoRoundsOfHuggingFaceAreNoTwoHundredPercent() {
        List<PullEvent> events = events(
                Pulls.step("Fetching file list..."),
                Pulls.step("Found 1 files (100 MB total)"),
                line("hash of a path", 100, 100, 50),
                line("hash of a path", 100, 100, 100),
                Pulls.step("Building model artifact..."),
                line(A, 104, 100, 20),
                line(A, 104, 100, 100),
                line(B, 104, 4, 4),
                Pulls.SUCCESS);
        assertThat(events).extracting(PullEvent::percent).isSorted().allMatch(percent -> percent <= 100);
        assertThat(events)
                .extracting(PullEvent::completedBytes)
                .isSorted()
                .last()
                .isEqualTo(104L);
        assertThat(events)
                .filteredOn(PullEvent.Step.class::isInstance)
                .extracting(event -> ((PullEvent.Step) event).message())
                .containsExactly("Fetching file list...", "Found 1 files (100 MB total)", "Building model artifact...");
    }

    @Test
    void warningIsToldAndThePullGoesOn() {
        List<PullEvent> events = events("{\"type\":\"warning\",\"message\":\"this is slow\"}\n", Pulls.SUCCESS);
        assertThat(events.get(1))
                .isInstanceOfSatisfying(
                        PullEvent.Warning.class,
                        warning -> assertThat(warning.message()).isEqualTo("this is slow"));
    }

    @Test
    void linesEscapedForBrowsersAreRead() {
        String escaped =
                Pulls.progress(50).replace("&", "&amp;").replace("\"", "&#34;").replace("<", "&lt;");
        String step = Pulls.step("a <b> & 'c'")
                .replace("&", "&amp;")
                .replace("\"", "&#34;")
                .replace("'", "&#39;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
        List<PullEvent> events = events(escaped, step, Pulls.SUCCESS.replace("\"", "&#34;"));
        assertThat(events).extracting(PullEvent::percent).containsExactly(0, 50, 50, 100);
        assertThat(events.get(2))
                .isInstanceOfSatisfying(
                        PullEvent.Step.class, told -> assertThat(told.message()).isEqualTo("a <b> & 'c'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "-1e308",
                "1e999",
                "1e308",
                "9223372036854775807",
                "18446744073709551615",
                "99999999999999999999999999",
                "0",
                "null",
                "\"1\"",
                "[]",
                "{}",
                "true",
                "0.5"
            })
    void absurdNumbersAreNoHarm(String number) {
        String line =
                "{\"type\":\"progress\",\"message\":\"\",\"total\":NUMBER,\"layer\":{\"id\":\"a\",\"size\":NUMBER,"
                        + "\"current\":NUMBER},\"mode\":\"pull\"}\n";
        List<PullEvent> events = events(
                line(A, 100, 100, 50),
                line.replace("NUMBER", number),
                line.replaceFirst("NUMBER", number).replace("NUMBER", "10"),
                line.replaceFirst("NUMBER", "10").replace("NUMBER", number),
                Pulls.SUCCESS);
        assertSane(events);
        assertThat(events).hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NaN",
                "{",
                "{}x",
                "[]",
                "null",
                "\"text\"",
                "{\"type\":\"progress\",\"total\":NaN}",
                "{\"layer\":[1,2,{\"id\":3}],\"type\":[\"success\"]}",
                "{\"type\":\"SUCCESS\"}",
                "{\"type\":\"successful\"}",
                "{\"message\":\"Model pulled successfully\"}",
                "success",
                "Model pulled successfully",
                "\u0000\u0001",
                "{\"type\":\"success\""
            })
    void whatIsNoWordOfSuccessIsNone(String line) {
        List<PullEvent> events = new ArrayList<>();
        assertThatExceptionOfType(ModelRunnerException.class).isThrownBy(() -> pull(events, line + "\n"));
        assertSane(events);
    }

    @Test
    void deepLineIsNoHarm() {
        String deep = "{\"type\":\"progress\",\"x\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}\n";
        assertThat(events(deep, Pulls.SUCCESS)).last().isInstanceOf(PullEvent.Done.class);
    }

    @Test
    void gigabyteWithoutAnEndOfLineIsReadAndNotKept() throws IOException {
        Lines lines = new Lines(new Repeated('x', 1L << 30), () -> {});
        String line = lines.next();
        assertThat(line).hasSize(Lines.LONGEST);
        assertThat(lines.next()).isNull();
    }

    @Test
    void lineBehindOneThatIsTooLongIsReadAsEver() throws IOException {
        String text = "x".repeat(Lines.LONGEST + 5_000) + "\nnext\r\n\nlast";
        Lines lines = new Lines(new ByteArrayInputStream(text.getBytes(UTF_8)), () -> {});
        assertThat(lines.next()).hasSize(Lines.LONGEST);
        assertThat(lines.next()).isEqualTo("next");
        assertThat(lines.next()).isEmpty();
        assertThat(lines.next()).isEqualTo("last");
        assertThat(lines.next()).isNull();
        assertThat(lines.next()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8_191, 8_192, 8_193})
    void linesAreTheSameWhereverTheNetworkCutsThem(int piece) throws IOException {
        String text = "ä€😀\n".repeat(2_000);
        byte[] bytes = text.getBytes(UTF_8);
        InputStream in = new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] to, int offset, int length) {
                return super.read(to, offset, Math.min(length, piece));
            }
        };
        Lines lines = new Lines(in, () -> {});
        int count = 0;
        for (String line = lines.next(); line != null; line = lines.next()) {
            assertThat(line).isEqualTo("ä€😀");
            count++;
        }
        assertThat(count).isEqualTo(2_000);
    }

    @Test
    void progressOfAnythingAtAllGoesForwardOnly() {
        long seed = 20_261_121;
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            TransferProgress progress = new TransferProgress();
            PullEvent.Progress before = progress.now();
            for (int i = 0; i < 200; i++) {
                String layer = "layer " + random.nextInt(20_000);
                TransferLine line =
                        new TransferLine(Kind.PROGRESS, "", layer, number(random), number(random), number(random));
                PullEvent.Progress now = grown(progress, line, layer);
                assertThat(now.completed()).as("seed " + seed).isBetween(before.completed(), now.total());
                assertThat(now.percent()).as("seed " + seed).isBetween(before.percent(), 99);
                before = now;
            }
            assertThat(progress.done().completed()).isGreaterThanOrEqualTo(before.completed());
            assertThat(progress.done().percent()).isEqualTo(100);
        }
    }

    private static PullEvent.Progress grown(TransferProgress progress, TransferLine line, String layer) {
        return progress.layer(layer, line.size(), Math.min(line.current(), line.size()), line.total());
    }

    private static long number(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(1_000);
            case 2 -> TransferLine.bytes(Double.MAX_VALUE);
            default -> TransferLine.bytes(Math.abs(random.nextLong()));
        };
    }

    @Test
    void numberOfHugeLayersDoesNotOverflow() {
        TransferProgress progress = new TransferProgress();
        PullEvent.Progress now = progress.now();
        for (int i = 0; i < 2_000; i++) {
            long most = TransferLine.bytes(Double.MAX_VALUE);
            now = progress.layer("l" + i, most, most, 0);
        }
        assertThat(now.percent()).isEqualTo(99);
        assertThat(now.completed()).isPositive().isEqualTo(now.total());
    }

    @ParameterizedTest
    @CsvSource({"-5, 0", "NaN, 0", "0, 0", "12.9, 12", "Infinity, 70368744177664", "-Infinity, 0"})
    void bytesAreACountOfBytes(double number, long bytes) {
        assertThat(TransferLine.bytes(number)).isEqualTo(bytes);
    }

    private static void assertSane(List<PullEvent> events) {
        assertThat(events)
                .extracting(PullEvent::percent)
                .isSorted()
                .allMatch(percent -> percent >= 0 && percent <= 100);
        assertThat(events).extracting(PullEvent::completedBytes).isSorted();
        assertThat(events).allMatch(event -> event.completedBytes() <= event.totalBytes());
        assertThat(events)
                .filteredOn(LayerProgress.class::isInstance)
                .extracting(event -> (LayerProgress) event)
                .allMatch(layer -> layer.current() >= 0 && layer.current() <= layer.size());
    }

    private static String line(String layer, long total, long size, long current) {
        return Pulls.progress(layer, total, size, current);
    }

    private static List<LayerProgress> layers(String... lines) {
        List<LayerProgress> layers = new ArrayList<>();
        TransferProgress progress = new TransferProgress();
        for (String line : lines) {
            try (var json = Json.parser(line)) {
                json.nextToken();
                TransferLine told = RunnerTransfer.PULL.read(json);
                String layer = String.valueOf(told.layer());
                layers.add(new LayerProgress(
                        ModelName.of("ai/x"),
                        grown(progress, told, layer),
                        layer,
                        told.size(),
                        Math.min(told.current(), told.size())));
            }
        }
        return layers;
    }

    private static List<PullEvent> events(String... lines) {
        List<PullEvent> events = new ArrayList<>();
        pull(events, lines);
        return events;
    }

    private static void pull(List<PullEvent> events, String... lines) {
        // One answer in one piece would let news of one layer overtake each other: a push tells its thread of each.
        try (ScriptedServer server = Pulls.runner(Pulls.lines(lines));
                HttpAdapter adapter = Pulls.to(server).build()) {
            Site site = new Attempts(adapter, Timeouts.defaults()).spoken().site();
            RegistryRequest wanted = RegistryRequest.of("ai/x");
            Transfer transfer =
                    new Transfer(adapter, RunnerTransfer.PULL, site, wanted, events::add, new TransferProgress());
            events.add(transfer.run());
        }
    }

    @Test
    void streamTellsTheSame() {
        try (ScriptedServer server = Pulls.runner(Pulls.lines(line(A, 100, 100, 30), Pulls.SUCCESS));
                HttpAdapter adapter = Pulls.to(server).build();
                PullStream pull = new HttpModelStore(adapter).pull("ai/x")) {
            assertThat(pull.events().map(PullEvent::percent)).containsExactly(0, 30, 100);
        }
    }

    /** So many bytes of one value, nowhere in memory. */
    private static final class Repeated extends InputStream {
        private final int value;
        private long left;

        Repeated(int value, long left) {
            this.value = value;
            this.left = left;
        }

        @Override
        public int read() {
            return left-- > 0 ? value : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(left, length);
            Arrays.fill(bytes, offset, offset + count, (byte) value);
            left -= count;
            return count;
        }
    }
}
