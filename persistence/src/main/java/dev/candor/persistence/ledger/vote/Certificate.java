package dev.candor.persistence.ledger.vote;

import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A quorum's signatures under one block: {@code u8 kind | i64 height | u32 round | 32 block | u8 count | count * (u8 validator, 64 signature)}. Of commits it
 * makes the block final; of prepares it shows that the block was prepared in a round.
 *
 * @param vote what each of them signed
 * @param seals ascending by validator, each once
 */
public record Certificate(Vote vote, List<Seal> seals) {
    /**
     * One signature.
     *
     * @param validator place in the validator set of that height
     * @param signature 64 bytes
     */
    public record Seal(int validator, Bytes signature) {}

    /** Refuses unordered seals. */
    public Certificate {
        seals = List.copyOf(seals);
        for (int i = 1; i < seals.size(); i++) {
            if (seals.get(i - 1).validator() >= seals.get(i).validator()) {
                throw new IllegalArgumentException("seals stand in ascending order of their validators, each once");
            }
        }
    }

    /** What is wrong with it under {@code validators}; empty where a quorum signed. */
    public Optional<String> defect(Digest chain, ValidatorSet validators, Signatures signatures) {
        return defect(chain, validators, validators.quorum(), signatures);
    }

    /** As above with another idea of how many are a quorum, for tests that show what it is needed for. */
    public Optional<String> defect(Digest chain, ValidatorSet validators, int quorum, Signatures signatures) {
        if (seals.size() < quorum) {
            return Optional.of(seals.size() + " of " + validators.size() + " validators signed, a quorum is " + quorum);
        }
        Bytes message = vote.signedBytes(chain);
        for (Seal seal : seals) {
            if (seal.validator() >= validators.size()) {
                return Optional.of(
                        "it names validator " + seal.validator() + ", the set has " + validators.size() + " members");
            }
            if (!signatures.verifies(validators.keys().get(seal.validator()), message, seal.signature())) {
                return Optional.of("the signature of validator " + seal.validator() + " is not over this block");
            }
        }
        return Optional.empty();
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        vote.write(out);
        out.u8(seals.size());
        seals.forEach(seal -> out.u8(seal.validator()).raw(seal.signature()));
    }

    /** Reads {@link #write}'s form. */
    public static Certificate read(CanonicalReader in) {
        Vote vote = Vote.read(in);
        int count = in.u8("number of seals");
        if (count > ValidatorSet.MOST) {
            throw new MalformedBytesException(count + " seals; a validator set has at most " + ValidatorSet.MOST);
        }
        List<Seal> seals = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            seals.add(new Seal(in.u8("validator"), in.raw("signature", Receipt.SIGNATURE_SIZE)));
        }
        try {
            return new Certificate(vote, seals);
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException(String.valueOf(e.getMessage()));
        }
    }
}
