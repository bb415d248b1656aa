package dev.candor.actors.payload;

import dev.candor.actors.value.Bytes;

/**
 * Which pieces of one payload have come and which to ask for next. Pieces are asked for in order, a few at a time, and asked for again when none has come for
 * a while. Pure; not thread-safe.
 */
final class Transfer {
    private final byte[] bytes;
    private final boolean[] arrived;
    private final int window;
    private int next;
    private int missing;
    private int open;
    private long lastProgress;

    Transfer(int length, int window, long now) {
        this.bytes = new byte[length];
        this.arrived = new boolean[(length + PayloadStore.CHUNK - 1) / PayloadStore.CHUNK];
        this.missing = arrived.length;
        this.window = window;
        this.lastProgress = now;
    }

    /** The offset of the next piece to ask for, or -1 where none is to be asked for now. */
    int next() {
        while (next < arrived.length && arrived[next]) {
            next++;
        }
        if (open >= window || next == arrived.length) {
            return -1;
        }
        open++;
        return next++ * PayloadStore.CHUNK;
    }

    /** Takes a piece; one that was not asked for, or comes twice, or has another size than it must, is ignored. */
    void arrived(int offset, Bytes piece, long now) {
        int index = offset / PayloadStore.CHUNK;
        if (offset < 0 || offset % PayloadStore.CHUNK != 0 || index >= arrived.length || arrived[index]) {
            return;
        }
        if (piece.length() != Math.min(PayloadStore.CHUNK, bytes.length - offset)) {
            return;
        }
        piece.copyTo(bytes, offset);
        arrived[index] = true;
        missing--;
        open--;
        lastProgress = now;
    }

    /** Starts over with what is missing if nothing has come since {@code since}. */
    void retry(long since, long now) {
        if (lastProgress - since <= 0) {
            open = 0;
            next = 0;
            lastProgress = now;
        }
    }

    boolean complete() {
        return missing == 0;
    }

    int length() {
        return bytes.length;
    }

    /** All bytes, once complete. */
    Bytes payload() {
        return Bytes.wrap(bytes);
    }
}
