package io.modelrunner.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** Watches, by Java's flight recorder, for virtual threads that wait while they are pinned to their carriers. */
final class PinningCheck {
    private static final String PINNED = "jdk.VirtualThreadPinned";

    /** Whose frames say nothing about the code under test. */
    private static final List<String> OTHERS =
            List.of("java.", "javax.", "jdk.", "sun.", "com.sun.", "org.junit.", "org.assertj.", "org.opentest4j.");

    private final jdk.jfr.Recording events;

    private PinningCheck(jdk.jfr.Recording events) {
        this.events = events;
    }

    /** {@return a check that sees everything from now on} */
    static PinningCheck start() {
        jdk.jfr.Recording events = new jdk.jfr.Recording();
        events.enable(PINNED).withThreshold(Duration.ZERO).withStackTrace();
        events.start();
        return new PinningCheck(events);
    }

    /**
     * Ends the watch.
     *
     * @throws AssertionError if code under test waited on a pinned thread
     */
    void finish() {
        List<RecordedEvent> pinned =
                read().stream().filter(PinningCheck::isOfCodeUnderTest).toList();
        if (!pinned.isEmpty()) {
            throw new AssertionError("virtual threads were pinned, " + pinned.size() + " times; the first time for "
                    + described(pinned.get(0)));
        }
    }

    private List<RecordedEvent> read() {
        try (events) {
            Path file = Files.createTempFile("pinned", ".jfr");
            try {
                events.stop();
                events.dump(file);
                return RecordingFile.readAllEvents(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOfCodeUnderTest(RecordedEvent event) {
        return event.getEventType().getName().equals(PINNED)
                && frames(event).stream().anyMatch(PinningCheck::isOfCodeUnderTest);
    }

    private static boolean isOfCodeUnderTest(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        boolean kit = type.startsWith(PinningCheck.class.getPackageName() + ".");
        return frame.isJavaFrame() && !kit && OTHERS.stream().noneMatch(type::startsWith);
    }

    private static List<RecordedFrame> frames(RecordedEvent event) {
        return event.getStackTrace() == null ? List.of() : event.getStackTrace().getFrames();
    }

    private static String described(RecordedEvent event) {
        String reason = event.hasField("pinnedReason") ? " (" + event.getString("pinnedReason") + ")" : "";
        String stack = frames(event).stream()
                .map(frame -> "\n\tat " + frame.getMethod().getType().getName() + "."
                        + frame.getMethod().getName() + ":" + frame.getLineNumber())
                .collect(Collectors.joining());
        return event.getDuration().toMillis() + " ms" + reason + stack;
    }
}
