package dev.candor.persistence.proof;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How far a proof job is; {@code code} stands in the journal and never changes. */
public enum JobPhase {
    /** Waits for a prover. */
    QUEUED(0),
    /** A prover works on it. */
    LEASED(1),
    /** A proof is there and not verified yet. */
    PROVED(2),
    /** The job's own node has verified the proof. */
    VERIFIED(3),
    /** The ledger holds the proof. */
    SETTLED(4),
    /** The deadline passed without a proof. */
    EXPIRED(5),
    /** There will be no proof, for a reason. */
    REJECTED(6),
    /** The caller wants none any more. */
    CANCELLED(7);

    private final int code;

    JobPhase(int code) {
        this.code = code;
    }

    /** The byte in the journal. */
    public int code() {
        return code;
    }

    /** What the API calls it, such as {@code queued}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a prover may still have to do something. */
    public boolean isOpen() {
        return this == QUEUED || this == LEASED || this == PROVED;
    }

    /** The phase of this code. */
    public static Optional<JobPhase> ofCode(int code) {
        return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }
}
