package dev.candor.bench.load;

import java.util.ArrayDeque;

/** Lanes that are free, and requests that are due and wait for one. Confined to the event loop. */
final class LanePool {
    private final ArrayDeque<Lane> free = new ArrayDeque<>();
    private final ArrayDeque<Shot> waiting = new ArrayDeque<>();

    /** A request is due. */
    void offer(Shot shot) {
        waiting.add(shot);
        dispatch();
    }

    /** A lane can take a request. */
    void free(Lane lane) {
        free.add(lane);
        dispatch();
    }

    /** A lane is no more. */
    void remove(Lane lane) {
        free.remove(lane);
    }

    int waiting() {
        return waiting.size();
    }

    private void dispatch() {
        while (!free.isEmpty() && !waiting.isEmpty()) {
            free.remove().send(waiting.remove());
        }
    }
}
