package io.modelrunner.fallback;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is moved. */
final class TestClock implements InstantSource {
    static final Instant BEGIN = Instant.parse("2026-03-01T10:00:00Z");

    private volatile Instant now = BEGIN;

    void forward(Duration time) {
        now = now.plus(time);
    }

    @Override
    public Instant instant() {
        return now;
    }
}
