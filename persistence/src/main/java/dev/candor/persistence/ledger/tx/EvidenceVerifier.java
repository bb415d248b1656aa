package dev.candor.persistence.ledger.tx;

import dev.candor.actors.value.Digest;

/**
 * Judges evidence. Whoever implements it does so as a pure function of what it is given: every validator, and whoever replays the ledger years later, must
 * come to the same verdict. Thread-safe.
 */
@FunctionalInterface
public interface EvidenceVerifier {
    /** Whether {@code evidence} shows {@code claim}, in a block of {@code time} (milliseconds since 1970-01-01 UTC). Never throws on bad bytes. */
    Verdict verify(Claim claim, Evidence evidence, long time);

    /** A verdict. */
    sealed interface Verdict {
        /** The evidence shows the claim. */
        record Accepted() implements Verdict {}

        /**
         * The evidence shows the claim, and used up one opening of the weights' commitment, which may not be used again.
         *
         * @param root of the commitment, as the ledger holds it
         * @param index of the opening
         */
        record AcceptedOpening(Digest root, int index) implements Verdict {}

        /**
         * The evidence does not show the claim.
         *
         * @param why a sentence
         */
        record Refused(String why) implements Verdict {}
    }

    /** Accepts nothing: stands where no verifier of a kind is built in, so that evidence of that kind is refused by name and never waved through. */
    static EvidenceVerifier refusingAll() {
        return (claim, evidence, _) -> new Verdict.Refused("this network has no verifier for evidence of the kind "
                + evidence.kind() + ", so " + claim.described() + " stays as it is");
    }
}
