package io.modelrunner.http;

import io.modelrunner.Timeouts;

/**
 * The limits of one call, which may be one of several tries that share them.
 *
 * @param set as somebody set them: what a message tells
 * @param left what the tries before have left of them: what holds
 */
record Limits(Timeouts set, Timeouts left) {}
