package dev.candor.attestation.verify;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/** Asks for each check, save for those that a test takes away to see that its attack then succeeds. */
final class Guard {
    private final Set<Check> removed;

    Guard(Set<Check> removed) {
        this.removed = removed.isEmpty() ? EnumSet.noneOf(Check.class) : EnumSet.copyOf(removed);
    }

    /** Refuses by {@code check} unless it {@code holds}. */
    void require(Check check, boolean holds, Supplier<String> sentence) {
        if (!holds && !removed.contains(check)) {
            throw new RefusedException(check, sentence.get());
        }
    }
}
