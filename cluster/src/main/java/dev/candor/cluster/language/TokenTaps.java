package dev.candor.cluster.language;

import dev.candor.actors.value.Digest;
import dev.candor.gpuconfig.language.SequenceRequest;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Lets callers hear the tokens of their requests while these run. Taps are found by the request's digest, which covers all that tokens depend on: two requests of one
 * digest hear of the same tokens, each of them perhaps twice. A request that runs on another node is not heard; its answer tells all. Thread-safe.
 */
final class TokenTaps {
    private final ConcurrentMap<Digest, List<SequenceRequest.Listener>> taps = new ConcurrentHashMap<>();

    /** Hears of a request's tokens until the returned is run. */
    Runnable open(Digest request, SequenceRequest.Listener listener) {
        taps.compute(request, (_, open) -> {
            List<SequenceRequest.Listener> all = open == null ? new CopyOnWriteArrayList<>() : open;
            all.add(listener);
            return all;
        });
        return () -> taps.computeIfPresent(request, (_, open) -> {
            open.remove(listener);
            return open.isEmpty() ? null : open;
        });
    }

    /** A token of a request is chosen. */
    void heard(Digest request, int index, int token) {
        List<SequenceRequest.Listener> open = taps.get(request);
        if (open != null) {
            open.forEach(tap -> tap.token(index, token));
        }
    }
}
