package dev.candor.persistence.ledger.vote;

import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;

/**
 * A vote and whose it is: {@code vote | 32 key | 64 signature}. A value of this type is well formed, not verified.
 *
 * @param vote what was signed
 * @param key raw public key of the signer
 * @param signature over {@link Vote#signedBytes}
 */
public record SignedVote(Vote vote, Bytes key, Bytes signature) {
    /** Refuses what no signature and no key is. */
    public SignedVote {
        if (key.length() != Digest.SIZE || signature.length() != Receipt.SIGNATURE_SIZE) {
            throw new IllegalArgumentException("a key has 32 bytes and a signature 64");
        }
    }

    /** Whether the signature holds on the chain that began with this genesis. */
    public boolean holds(Digest chain, Signatures signatures) {
        return signatures.verifies(key, vote.signedBytes(chain), signature);
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        vote.write(out);
        out.raw(key).raw(signature);
    }

    /** Reads {@link #write}'s form. */
    public static SignedVote read(CanonicalReader in) {
        return new SignedVote(Vote.read(in), in.raw("key", Digest.SIZE), in.raw("signature", Receipt.SIGNATURE_SIZE));
    }
}
