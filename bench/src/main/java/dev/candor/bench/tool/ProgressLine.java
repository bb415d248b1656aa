package dev.candor.bench.tool;

import dev.candor.bench.load.LoadProgress;
import java.io.PrintStream;
import java.util.Locale;

/** Shows how a run goes: on a terminal one line that changes, else a line every few seconds. Not thread-safe; runs follow one another. */
final class ProgressLine implements LoadProgress {
    private static final int EVERY = 5;
    private static final double MICROS_A_MILLI = 1e3;

    private final PrintStream out;
    private final boolean terminal;
    private String run = "";
    private int count;

    ProgressLine(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Another run begins. */
    void begin(String name) {
        run = name;
        count = 0;
    }

    @Override
    public void seen(Snapshot now) {
        if (terminal) {
            out.print("\r\033[K" + text(now));
            out.flush();
        } else if (count++ % EVERY == 0) {
            out.println(text(now));
        }
    }

    private String text(Snapshot now) {
        return String.format(
                Locale.ROOT,
                "%s  %s %d/%d s  %,.0f/s  p50 %.2f ms  p99 %.2f ms  in flight %d%s%s%s%s",
                run,
                now.phase(),
                now.elapsed().toSeconds(),
                now.length().toSeconds(),
                now.throughput(),
                now.p50() / MICROS_A_MILLI,
                now.p99() / MICROS_A_MILLI,
                now.inFlight(),
                part("waiting", now.waiting()),
                part("refused", now.refused()),
                part("FAILED", now.failed()),
                part("WRONG", now.wrong()));
    }

    private static String part(String name, long count) {
        return count == 0 ? "" : "  " + name + " " + count;
    }

    /** Says something that stays. */
    void say(String line) {
        if (terminal) {
            out.print("\r\033[K");
        }
        out.println(line);
    }
}
