package dev.candor.proving.accounting;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rounds of a proof with the exact bound of each: the chance that a false statement, or a false transcript so far, turns into one that
 * looks true by the luck of that round's challenge. A prover with T hash queries wins with at most T times the largest of them; that is how
 * grinding counts, and why the rounds are not added up. Immutable.
 *
 * @param rounds in protocol order
 */
public record Accounting(List<Round> rounds) {

    /**
     * One challenge.
     *
     * @param name what is drawn
     * @param error its bound without work
     * @param workBits the bits of work that each try of this challenge costs
     */
    public record Round(String name, ErrorBound error, int workBits) {

        /** Bits proven without counting the work. */
        public double provenBits() {
            return error.bits();
        }
    }

    public Accounting {
        rounds = List.copyOf(rounds);
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("A proof without a challenge proves nothing.");
        }
    }

    /** Collects rounds of a field. */
    public static final class Builder {

        private final BigInteger extensionSize;
        private final List<Round> rounds = new ArrayList<>();

        /** Rounds whose challenges are drawn from K over the field of {@code modulus} elements, read without sign. */
        public Builder(long modulus) {
            this.extensionSize = CodeParameters.extensionSize(modulus);
        }

        /** A challenge in K that {@code badChallenges} of its |K| values turn the wrong way, a union over all that share the round. */
        public Builder extensionRound(String name, long badChallenges) {
            return extensionRound(name, badChallenges, 0);
        }

        /** As {@link #extensionRound(String, long)}, with work before the challenge. */
        public Builder extensionRound(String name, long badChallenges, int workBits) {
            if (badChallenges < 0) {
                throw new IllegalArgumentException(
                        "The round \"" + name + "\" has " + badChallenges + " bad challenges.");
            }
            rounds.add(new Round(name, ErrorBound.of(BigInteger.valueOf(badChallenges), extensionSize), workBits));
            return this;
        }

        /** The columns. */
        public Builder queries(String name, CodeParameters code) {
            rounds.add(new Round(name, code.queryError(), code.grindingBits()));
            return this;
        }

        public Accounting build() {
            return new Accounting(rounds);
        }
    }

    /** The round with the largest bound after its work. */
    public Round weakest() {
        Round weakest = rounds.getFirst();
        for (Round round : rounds) {
            if (total(round) < total(weakest)) {
                weakest = round;
            }
        }
        return weakest;
    }

    private static double total(Round round) {
        return round.provenBits() + round.workBits();
    }

    /** Whether every round, after its work, is at most 2^-100; compared exactly. */
    public boolean isEnough() {
        return rounds.stream()
                .allMatch(round ->
                        round.error().afterWork(round.workBits()).isAtMostTwoToMinus(CodeParameters.SECURITY_BITS));
    }

    /** One line: the bits of the weakest round, proven and by work, and what they mean. */
    public String summary() {
        Round weakest = weakest();
        return String.format(
                Locale.ROOT,
                "%.2f bits proven + %d bits work (weakest round: %s); a prover with T hash queries succeeds with at most T * 2^-%.2f",
                weakest.provenBits(),
                weakest.workBits(),
                weakest.name(),
                total(weakest));
    }
}
