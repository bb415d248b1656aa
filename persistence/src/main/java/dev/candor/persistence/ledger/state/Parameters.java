package dev.candor.persistence.ledger.state;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;

/**
 * The rules of the money, fixed at genesis: {@code 24 prices | u32 fee | i64 proofDeadline | i64 attestationDeadline | i64 challengeWindow | i64
 * disproofPenalty | i64 equivocationPenalty | u32 reward | i64 unbonding | i64 longestLease | i64 leaseGrace | i64 priceNotice}. Durations are milliseconds of
 * block time.
 *
 * @param defaultPrices for models that are not registered
 * @param feePpm parts in a million of every payment that go to the treasury
 * @param proofDeadline from a receipt's block to the refund of its premium, mode ZKML
 * @param attestationDeadline the same, mode TEE
 * @param challengeWindow how long after its block a receipt may be disproved
 * @param disproofPenalty taken from an executor's stake beyond the refund
 * @param equivocationPenalty taken from a validator's stake
 * @param rewardPpm parts in a million of a penalty that go to whoever reported it; the rest goes to the treasury
 * @param unbonding how long withdrawn stake stays liable
 * @param longestLease the longest an allowance may last
 * @param leaseGrace how long after its end an allowance stays reserved: longer than a receipt takes into a block
 * @param priceNotice how long before it holds a price is announced: at least lease and grace together, so that no allowance outlives its prices
 */
public record Parameters(
        PriceList defaultPrices,
        int feePpm,
        long proofDeadline,
        long attestationDeadline,
        long challengeWindow,
        Amount disproofPenalty,
        Amount equivocationPenalty,
        int rewardPpm,
        long unbonding,
        long longestLease,
        long leaseGrace,
        long priceNotice) {

    private static final int MILLION = 1_000_000;

    /** A century in milliseconds: no deadline is later, so none overflows. */
    public static final long LONGEST = 3_155_760_000_000L;

    /** Refuses rules that contradict themselves. */
    public Parameters {
        check(feePpm >= 0 && feePpm <= MILLION, "the fee is a share of a million");
        check(rewardPpm >= 0 && rewardPpm <= MILLION, "the reward is a share of a million");
        for (long each : new long[] {
            proofDeadline, attestationDeadline, challengeWindow, unbonding, longestLease, leaseGrace, priceNotice
        }) {
            check(each >= 1 && each <= LONGEST, "a duration lies between a millisecond and a century, not " + each);
        }
        check(unbonding >= challengeWindow, "stake must stay liable for as long as a receipt may be disproved");
        check(priceNotice >= longestLease + leaseGrace, "prices must be announced for longer than an allowance lasts");
    }

    /** When a receipt of {@code mode}, in a block of {@code time}, expires. */
    public long deadline(VerificationMode mode, long time) {
        return switch (mode) {
            case VANILLA -> throw new IllegalArgumentException("a receipt of mode VANILLA has no deadline");
            case TEE -> time + attestationDeadline;
            case ZKML -> time + proofDeadline;
        };
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        defaultPrices.write(out);
        out.u32(feePpm).i64(proofDeadline).i64(attestationDeadline).i64(challengeWindow);
        disproofPenalty.write(out);
        equivocationPenalty.write(out);
        out.u32(rewardPpm).i64(unbonding).i64(longestLease).i64(leaseGrace).i64(priceNotice);
    }

    /** Reads {@link #write}'s form; {@link IllegalArgumentException} where the rules contradict themselves. */
    public static Parameters read(CanonicalReader in) {
        return new Parameters(
                PriceList.read(in),
                in.u32("fee"),
                in.i64("deadline of proofs"),
                in.i64("deadline of attestations"),
                in.i64("challenge window"),
                Amount.read("penalty of a disproof", in),
                Amount.read("penalty of an equivocation", in),
                in.u32("reward"),
                in.i64("unbonding"),
                in.i64("longest lease"),
                in.i64("grace of a lease"),
                in.i64("notice of a price"));
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
