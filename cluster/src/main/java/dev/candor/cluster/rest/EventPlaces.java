package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** How many readers of events a node holds, and how many of one caller. Thread-safe. */
final class EventPlaces {
    private static final int MOST = 1_024;
    private static final int MOST_OF_A_CALLER = 32;

    private final Map<String, Integer> taken = new HashMap<>();
    private int all;

    /**
     * Takes a place, which the result gives back; that is to be run once.
     *
     * @throws RefusedException OVERLOADED where there is none
     */
    synchronized Runnable take(String caller) {
        int own = taken.getOrDefault(caller, 0);
        if (own >= MOST_OF_A_CALLER) {
            throw overloaded("caller \"" + caller + "\" reads events " + own
                    + " times already; read those of all requests at" + " once, with GET /v1/events");
        }
        if (all >= MOST) {
            throw overloaded("the node has as many readers of events as it may; ask GET /v1/requests/{id}");
        }
        all++;
        taken.put(caller, own + 1);
        return () -> giveBack(caller);
    }

    private synchronized void giveBack(String caller) {
        all--;
        taken.computeIfPresent(caller, (name, own) -> own == 1 ? null : own - 1);
    }

    private static RefusedException overloaded(String sentence) {
        return new RefusedException(Refusal.retryable(ErrorCode.OVERLOADED, sentence, Duration.ofSeconds(5)));
    }
}
