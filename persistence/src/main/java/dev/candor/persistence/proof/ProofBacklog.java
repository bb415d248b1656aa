package dev.candor.persistence.proof;

import dev.candor.actors.inference.CborSerializable;

/**
 * The proofs that a slice owes.
 *
 * @param open jobs that are not proven yet
 * @param oldest when the oldest of them was asked, in milliseconds since 1970-01-01 UTC; 0 where there is none
 */
public record ProofBacklog(int open, long oldest) implements CborSerializable {
    static ProofBacklog of(ProofState state) {
        int open = 0;
        long oldest = 0;
        for (JobState each : state.jobs()) {
            switch (each.phase()) {
                case QUEUED, LEASED, PROVED -> {
                    open++;
                    oldest = oldest == 0
                            ? each.job().askedAt()
                            : Math.min(oldest, each.job().askedAt());
                }
                case VERIFIED, SETTLED, EXPIRED, REJECTED, CANCELLED -> {}
            }
        }
        return new ProofBacklog(open, oldest);
    }
}
