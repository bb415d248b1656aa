package dev.candor.persistence.proof;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which provers a slice gives no work for a while, by name: one whose proof was refused, at once; one that was silent about its work several times in a row, since
 * it dies midway, is late, or never brings anything. A proof that verifies clears a prover. Not journalled: after a restart everybody begins anew. For the slice's
 * own thread.
 */
final class ProverConduct {
    static final Duration AFTER_GARBAGE = Duration.ofMinutes(10);
    static final Duration AFTER_SILENCE = Duration.ofMinutes(1);
    static final int SILENCES = 3;

    /** Names are a prover's own word; more than so many are not remembered. */
    private static final int MOST_NAMES = 1_024;

    private record Conduct(int silences, long excludedUntil, String why) {}

    private final Map<Long, String> leases = new HashMap<>();
    private final Map<String, Conduct> provers = new HashMap<>();

    /** A prover took work. */
    void took(long lease, String prover) {
        leases.put(lease, prover);
    }

    /** A proof verified, or the work came back with a reason: neither is held against anybody. */
    void ended(long lease, boolean verified) {
        String prover = leases.remove(lease);
        if (prover != null && verified) {
            provers.remove(prover);
        }
    }

    /** The proof of an attempt was refused; who is excluded for it, if it is known who brought it. */
    Optional<String> garbage(long lease, String problem, long now) {
        return exclude(lease, AFTER_GARBAGE, "its proof was refused: " + problem, now);
    }

    /** Nothing was heard of an attempt any more; who is excluded for it, if that is too often. */
    Optional<String> silent(long lease, long now) {
        String prover = leases.get(lease);
        if (prover == null) {
            return Optional.empty();
        }
        Conduct before = provers.get(prover);
        int silences = before == null ? 1 : before.silences() + 1;
        if (silences >= SILENCES) {
            return exclude(lease, AFTER_SILENCE, "it was silent about its work " + silences + " times in a row", now);
        }
        leases.remove(lease);
        note(prover, new Conduct(silences, before == null ? 0 : before.excludedUntil(), ""));
        return Optional.empty();
    }

    private Optional<String> exclude(long lease, Duration pause, String why, long now) {
        String prover = leases.remove(lease);
        if (prover == null) {
            return Optional.empty();
        }
        note(prover, new Conduct(0, now + pause.toMillis(), why));
        return Optional.of(prover + " gets no work for " + pause.toSeconds() + " s: " + why);
    }

    private void note(String prover, Conduct conduct) {
        if (provers.size() < MOST_NAMES || provers.containsKey(prover)) {
            provers.put(prover, conduct);
        }
    }

    /** Whether a prover gets no work now. */
    boolean excludes(String prover, long now) {
        Conduct conduct = provers.get(prover);
        return conduct != null && now < conduct.excludedUntil();
    }
}
