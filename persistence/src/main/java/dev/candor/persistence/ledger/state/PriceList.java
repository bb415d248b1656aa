package dev.candor.persistence.ledger.state;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;

/**
 * What one answer costs: {@code base | tee | zkml}, each an i64.
 *
 * @param base for the answer itself, in every mode
 * @param tee on top, for an attestation
 * @param zkml on top, for a proof
 */
public record PriceList(Amount base, Amount tee, Amount zkml) {
    /** The highest price, far below the largest amount so that no sum of prices overflows. */
    public static final Amount HIGHEST = new Amount(1L << 50);

    /** Everything is free. */
    public static final PriceList FREE = new PriceList(Amount.ZERO, Amount.ZERO, Amount.ZERO);

    /** Refuses prices beyond {@link #HIGHEST}. */
    public PriceList {
        if (base.max(tee).max(zkml).compareTo(HIGHEST) > 0) {
            throw new IllegalArgumentException("a price is at most " + HIGHEST + " units");
        }
    }

    /** What {@code mode} costs on top of the base. */
    public Amount premium(VerificationMode mode) {
        return switch (mode) {
            case VANILLA -> Amount.ZERO;
            case TEE -> tee;
            case ZKML -> zkml;
        };
    }

    /** Base and premium. */
    public Amount total(VerificationMode mode) {
        return base.plus(premium(mode));
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        base.write(out);
        tee.write(out);
        zkml.write(out);
    }

    /** Reads {@link #write}'s form. */
    public static PriceList read(CanonicalReader in) {
        return new PriceList(
                Amount.read("base price", in),
                Amount.read("premium for an attestation", in),
                Amount.read("premium for a proof", in));
    }
}
