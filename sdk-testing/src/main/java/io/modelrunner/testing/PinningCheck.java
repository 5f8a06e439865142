package io.modelrunner.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
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
                && frames(event).stream().anyMatch(PinningCheck::isOfCodeUnderTest)
                && !isForAClass(event);
    }

    /** {@return whether a class was waited for that another thread was loading or initialising} Nobody's code can help that. */
    private static boolean isForAClass(RecordedEvent event) {
        boolean loading = frames(event).stream()
                .takeWhile(frame -> !isOfCodeUnderTest(frame))
                .map(PinningCheck::type)
                .anyMatch(type -> type.equals("java.lang.ClassLoader") || type.startsWith("jdk.internal.loader."));
        return loading || reason(event).startsWith("Waited for initialization of ") || isOfTheVirtualMachine(event);
    }

    /**
     * {@return whether nothing in the stack pins but Java's own classes} Since Java 24 only native methods and static initialisers do, and the virtual
     * machine where it loads, links or initialises a class. The first frames are of the wait itself.
     */
    private static boolean isOfTheVirtualMachine(RecordedEvent event) {
        return Runtime.version().feature() >= 24
                && event.getStackTrace() != null
                && !event.getStackTrace().isTruncated()
                && frames(event).stream().dropWhile(PinningCheck::isNative).noneMatch(PinningCheck::pins);
    }

    private static boolean pins(RecordedFrame frame) {
        if (frame.getMethod().getName().equals("<clinit>")) {
            return isOfCodeUnderTest(frame);
        }
        return isNative(frame) && !type(frame).startsWith("jdk.internal.vm."); // which every virtual thread begins with
    }

    private static boolean isNative(RecordedFrame frame) {
        return Modifier.isNative(frame.getMethod().getModifiers());
    }

    private static String type(RecordedFrame frame) {
        return frame.getMethod().getType().getName();
    }

    /** {@return why it was pinned; empty where Java does not say so (before 24)} */
    private static String reason(RecordedEvent event) {
        String reason = event.hasField("pinnedReason") ? event.getString("pinnedReason") : null;
        return reason == null ? "" : reason;
    }

    private static boolean isOfCodeUnderTest(RecordedFrame frame) {
        String type = type(frame);
        boolean kit = type.startsWith(PinningCheck.class.getPackageName() + ".");
        return frame.isJavaFrame() && !kit && OTHERS.stream().noneMatch(type::startsWith);
    }

    private static List<RecordedFrame> frames(RecordedEvent event) {
        return event.getStackTrace() == null ? List.of() : event.getStackTrace().getFrames();
    }

    private static String described(RecordedEvent event) {
        String reason = reason(event).isEmpty() ? "" : " (" + reason(event) + ")";
        String stack = frames(event).stream()
                .map(frame -> "\n\tat " + frame.getMethod().getType().getName() + "."
                        + frame.getMethod().getName() + ":" + frame.getLineNumber())
                .collect(Collectors.joining());
        return event.getDuration().toMillis() + " ms" + reason + stack;
    }
}
