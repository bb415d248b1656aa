package dev.candor.persistence.ledger;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.vote.Signatures;
import java.util.List;
import java.util.function.LongSupplier;

/** Ledgers with one rule replaced by a wrong one. */
public final class LedgerMutants {
    private LedgerMutants() {}

    /** Takes events whatever they follow. */
    public static Ledger ignoringPrevHash(Signatures signatures, EvidenceVerifier evidence) {
        return new Ledger(signatures, evidence, new LedgerRules() {
            @Override
            public boolean links(Digest prevHash, Digest head) {
                return true;
            }
        });
    }

    /** Takes receipts of owners that were fenced off. */
    public static Ledger acceptingTwoEpochs(Signatures signatures, EvidenceVerifier evidence) {
        return new Ledger(signatures, evidence, new LedgerRules() {
            @Override
            public boolean inEpoch(long event, long partition) {
                return true;
            }
        });
    }

    /** Charges everything twice. */
    public static Ledger chargingTwice(Signatures signatures, EvidenceVerifier evidence) {
        return new Ledger(signatures, evidence, new LedgerRules() {
            @Override
            public Amount charge(Amount price) {
                return price.plus(price);
            }
        });
    }

    /** Goes through receipts in an order of its own, as a hash map's iteration does. */
    public static Ledger unsorted(Signatures signatures, EvidenceVerifier evidence, boolean reversed) {
        return new Ledger(signatures, evidence, new LedgerRules() {
            @Override
            public <T> List<T> ordered(List<T> inTheirOrder) {
                return reversed ? inTheirOrder.reversed() : inTheirOrder;
            }
        });
    }

    /** Judges deadlines by the clock on the wall. */
    public static Ledger byLocalClock(Signatures signatures, EvidenceVerifier evidence, LongSupplier clock) {
        return new Ledger(signatures, evidence, new LedgerRules() {
            @Override
            public long now(long blockTime) {
                return clock.getAsLong();
            }
        });
    }
}
