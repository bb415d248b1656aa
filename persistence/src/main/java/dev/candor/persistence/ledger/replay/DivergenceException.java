package dev.candor.persistence.ledger.replay;

/** An export is not that of the chain it is held against; the message names the first line that differs, and how. */
public final class DivergenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long line;

    DivergenceException(long line, String what) {
        super("line " + line + ": " + what);
        this.line = line;
    }

    /** The line, from 1. */
    public long line() {
        return line;
    }
}
