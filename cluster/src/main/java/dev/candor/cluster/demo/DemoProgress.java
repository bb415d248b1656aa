package dev.candor.cluster.demo;

import java.io.PrintStream;

/** Tells a person what the demo is doing. */
final class DemoProgress {
    private final PrintStream out;
    private final boolean redraw;

    /**
     * Progress on {@code out}.
     *
     * @param redraw whether a running count may be drawn over itself, as on a terminal
     */
    DemoProgress(PrintStream out, boolean redraw) {
        this.out = out;
        this.redraw = redraw;
    }

    /** A new step. */
    void step(String sentence) {
        out.println("==> " + sentence);
    }

    /** A fact found in the step. */
    void fact(String sentence) {
        out.println("    " + sentence);
    }

    /** How far a step is; drawn on terminals only. */
    void count(String what, int done, int all) {
        if (redraw) {
            out.print("\r    " + what + " " + done + "/" + all + (done == all ? "\n" : ""));
            out.flush();
        }
    }
}
