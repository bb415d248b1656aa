package dev.candor.bench.load;

/** Carries one request at a time. Confined to the event loop. */
interface Lane {
    /** Sends a request; only when nothing is on its way. */
    void send(Shot shot);

    /** Gives it up. */
    void close();
}
