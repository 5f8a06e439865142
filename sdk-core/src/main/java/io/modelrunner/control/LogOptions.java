package io.modelrunner.control;

/**
 * Which lines of a runner's log are wanted.
 *
 * @param follow whether to wait for lines to come, without end, behind those that are there
 * @param engines whether the lines of the engines are wanted beside those of the runner itself
 */
public record LogOptions(boolean follow, boolean engines) {
    /** {@return all lines that are there now} */
    public static LogOptions soFar() {
        return new LogOptions(false, true);
    }

    /** {@return all lines that are there, and then those to come, without end} */
    public static LogOptions following() {
        return new LogOptions(true, true);
    }

    /** {@return the same without the lines of the engines} */
    public LogOptions withoutEngines() {
        return new LogOptions(follow, false);
    }
}
