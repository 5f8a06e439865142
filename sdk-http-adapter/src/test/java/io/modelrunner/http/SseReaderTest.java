package io.modelrunner.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseReaderTest {
    private static final int BUFFER = 32 * 1024;

    @Test
    void dataWithAndWithoutSpace() {
        assertThat(events("data: one\n\ndata:two\n\ndata:  three\n\n")).containsExactly("one", "two", " three");
    }

    @Test
    void commentsAreSkippedWhereverTheyStand() {
        assertThat(events(": ping\n\n:\n\ndata: one\n: inside\n\n: ping\n\ndata: two\n\n"))
                .containsExactly("one", "two");
    }

    @Test
    void linesEndWithLfOrCrLf() {
        assertThat(events("data: one\r\n\r\ndata: two\n\r\ndata: three\r\n\n")).containsExactly("one", "two", "three");
    }

    @Test
    void linesOfDataAreJoined() {
        assertThat(events("data: {\ndata: \"a\":1\ndata:}\n\ndata: next\n\n")).containsExactly("{\n\"a\":1\n}", "next");
    }

    @Test
    void otherFieldsAreSkipped() {
        assertThat(events("event: message\nid: 7\nretry: 10\ndata: one\n\nevent: x\n\ndatum: no\n\nda\n\nx\n\n"))
                .containsExactly("one");
    }

    @Test
    void errorLineIsData() {
        assertThat(events("data: one\n\nerror: {\"code\":500}\n\nerror:{}\n\n"))
                .containsExactly("one", "{\"code\":500}", "{}");
    }

    @Test
    void emptyDataIsAnEmptyEvent() {
        assertThat(events("data:\n\ndata: \n\ndata: one\n\n")).containsExactly("", "", "one");
    }

    @Test
    void emptyLinesAreNoEvents() {
        assertThat(events("\n\n\r\n\ndata: one\n\n\n\n\n")).containsExactly("one");
        assertThat(events("")).isEmpty();
        assertThat(events("\n")).isEmpty();
    }

    @Test
    void byteOrderMarkAtTheBeginningIsSkipped() {
        assertThat(events("\uFEFFdata: one\n\ndata: two\n\n")).containsExactly("one", "two");
        assertThat(read(new OneByOne("\uFEFFdata: one\n\n".getBytes(UTF_8)))).containsExactly("one");
    }

    @Test
    void byteOrderMarkElsewhereIsNot() {
        assertThat(events("data: \uFEFFone\n\n\uFEFFdata: two\n\n")).containsExactly("\uFEFFone");
    }

    @Test
    void splitAnywhereGivesTheSameEvents() {
        String stream = ": ping\r\n\r\ndata: äöü 🦙\n\ndata: {\"a\":\ndata: \"日本\"}\r\n\r\nerror: {}\n\ndata:x\n\n";
        byte[] bytes = stream.getBytes(UTF_8);
        List<String> expected = List.of("äöü 🦙", "{\"a\":\n\"日本\"}", "{}", "x");
        assertThat(events(stream)).isEqualTo(expected);
        for (int at = 0; at <= bytes.length; at++) {
            InputStream both = new SequenceInputStream(
                    new ByteArrayInputStream(bytes, 0, at), new ByteArrayInputStream(bytes, at, bytes.length - at));
            assertThat(read(both)).as("split at " + at).isEqualTo(expected);
        }
    }

    @Test
    void oneByteAtATimeGivesTheSameEvents() {
        String stream = "data: äöü 🦙\r\n\r\ndata: a\ndata: b\n\n";
        assertThat(read(new OneByOne(stream.getBytes(UTF_8)))).containsExactly("äöü 🦙", "a\nb");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BUFFER / 2 - 8,
                BUFFER / 2,
                BUFFER / 2 + 1,
                BUFFER - 9,
                BUFFER - 7,
                BUFFER - 6,
                BUFFER,
                BUFFER + 1,
                3 * BUFFER
            })
    void eventMayBeLongerThanTheBuffer(int length) {
        String text = "y".repeat(length);
        String joined = text + "\n" + text;
        String before = "data: before\n\n";
        String stream = before + "data: " + text + "\n\ndata: " + text + "\ndata: " + text + "\n\ndata: after\n\n";
        assertThat(events(stream)).containsExactly("before", text, joined, "after");
    }

    @Test
    void manyEventsPassThroughOneBuffer() {
        List<String> expected = new ArrayList<>();
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            String text = "event " + i + " " + "z".repeat(i % 97);
            expected.add(text);
            stream.append(i % 7 == 0 ? ": ping\n" : "")
                    .append("data: ")
                    .append(text)
                    .append("\n\n");
        }
        assertThat(events(stream.toString())).isEqualTo(expected);
    }

    @Test
    void wholeLinesAtTheEndAreAnEventThoughTheEmptyLineIsMissing() {
        assertThat(events("data: one\n\ndata: [DONE]\n")).containsExactly("one", "[DONE]");
    }

    @Test
    void cutLineAtTheEndIsNoEvent() {
        assertThat(events("data: one\n\ndata: {\"half\"")).containsExactly("one");
        assertThat(events("data: one\n\ndata: {\"whole\":1}")).containsExactly("one");
    }

    @Test
    void cutBehindDataIsTheEventSoFar() {
        assertThat(events("data: one\ndata: tw")).containsExactly("one");
    }

    @Test
    void failureOfTheStreamIsPassedOn() throws IOException {
        SseReader reader = new SseReader(new SequenceInputStream(
                new ByteArrayInputStream("data: one\n\ndata: two\n".getBytes(UTF_8)), new Failing()));
        assertThat(reader.next()).isTrue();
        assertThatThrownBy(reader::next).isInstanceOf(IOException.class).hasMessage("reset");
    }

    @Test
    void longestEventIsRead() throws IOException {
        Endless stream = new Endless("data:", (byte) 'x', SseReader.LONGEST_EVENT);
        SseReader reader =
                new SseReader(new SequenceInputStream(stream, new ByteArrayInputStream("\n\n".getBytes(UTF_8))));
        assertThat(reader.next()).isTrue();
        assertThat(reader.length()).isEqualTo(SseReader.LONGEST_EVENT);
    }

    @Test
    void longerEventIsRefused() {
        Endless stream = new Endless("data:", (byte) 'x', SseReader.LONGEST_EVENT + 1);
        SseReader reader =
                new SseReader(new SequenceInputStream(stream, new ByteArrayInputStream("\n\n".getBytes(UTF_8))));
        assertThatThrownBy(reader::next).isInstanceOf(SseReader.EventTooLongException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: ", "", ": ", "data: a\n"})
    void endlessLineIsGivenUpSoonBehindTheLimit(String begin) {
        Endless stream = new Endless(begin, (byte) 'x', Long.MAX_VALUE);
        SseReader reader = new SseReader(stream);
        assertThatThrownBy(reader::next).isInstanceOf(SseReader.EventTooLongException.class);
        assertThat(stream.given).isLessThan(SseReader.LONGEST_EVENT + 3L * BUFFER);
    }

    @Test
    void endlessLinesOfDataAreGivenUpSoonBehindTheLimit() {
        Lines stream = new Lines("data: 0123456789\n");
        SseReader reader = new SseReader(stream);
        assertThatThrownBy(reader::next).isInstanceOf(SseReader.EventTooLongException.class);
        assertThat(stream.given).isLessThan(2L * SseReader.LONGEST_EVENT);
    }

    @Test
    void endlessCommentsCostNothing() throws IOException {
        Lines pings = new Lines(": ping\n\n");
        pings.most = 40_000_000;
        SseReader reader =
                new SseReader(new SequenceInputStream(pings, new ByteArrayInputStream("data: x\n\n".getBytes(UTF_8))));
        assertThat(reader.next()).isTrue();
        assertThat(reader.data().length).isEqualTo(BUFFER);
    }

    private static List<String> events(String stream) {
        return read(new ByteArrayInputStream(stream.getBytes(UTF_8)));
    }

    static List<String> read(InputStream in) {
        List<String> events = new ArrayList<>();
        SseReader reader = new SseReader(in);
        try {
            while (reader.next()) {
                events.add(new String(reader.data(), reader.start(), reader.length(), UTF_8));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return events;
    }

    /** Gives one byte for each read. */
    private static final class OneByOne extends ByteArrayInputStream {
        OneByOne(byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(byte[] target, int from, int length) {
            return super.read(target, from, Math.min(1, length));
        }
    }

    /** A beginning, and then one byte over and over. */
    private static final class Endless extends InputStream {
        private final byte[] begin;
        private final byte filling;
        private final long most;
        private long given;

        Endless(String begin, byte filling, long filled) {
            this.begin = begin.getBytes(UTF_8);
            this.filling = filling;
            this.most = filled == Long.MAX_VALUE ? filled : filled + this.begin.length;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] target, int from, int length) {
            if (given >= most) {
                return -1;
            }
            int count = (int) Math.min(Math.min(length, 10_000), most - given);
            Arrays.fill(target, from, from + count, filling);
            for (int i = 0; i < count && given + i < begin.length; i++) {
                target[from + i] = begin[(int) given + i];
            }
            given += count;
            return count;
        }
    }

    /** One line over and over. */
    private static final class Lines extends InputStream {
        private final byte[] line;
        private long most = Long.MAX_VALUE;
        private long given;

        Lines(String line) {
            this.line = line.getBytes(UTF_8);
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] target, int from, int length) {
            if (given >= most) {
                return -1;
            }
            int count = (int) Math.min(length, most - given);
            for (int i = 0; i < count; i++) {
                target[from + i] = line[(int) ((given + i) % line.length)];
            }
            given += count;
            return count;
        }
    }

    /** Fails at once. */
    private static final class Failing extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("reset");
        }
    }
}
