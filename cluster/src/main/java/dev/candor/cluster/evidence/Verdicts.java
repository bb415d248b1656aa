package dev.candor.cluster.evidence;

import dev.candor.actors.value.Digest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Remembers what proofs were refused for, if anything: a verdict is a function of what it is asked about, and a validator meets the same proof when it builds a block, checks one,
 * and in each further round. Bounded; thread-safe.
 */
final class Verdicts {
    private static final int MOST = 256;

    private final Map<Digest, Optional<String>> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Optional<String>> eldest) {
            return size() > MOST;
        }
    };

    /** The verdict on what {@code key} digests; {@code check} says it where it is not known. Empty: accepted. */
    Optional<String> on(Digest key, Supplier<Optional<String>> check) {
        synchronized (known) {
            Optional<String> before = known.get(key);
            if (before != null) {
                return before;
            }
        }
        Optional<String> verdict = check.get();
        synchronized (known) {
            known.put(key, verdict);
        }
        return verdict;
    }
}
