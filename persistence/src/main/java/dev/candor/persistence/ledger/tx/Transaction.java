package dev.candor.persistence.ledger.tx;

import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.persistence.ledger.tree.LogProof;
import dev.candor.persistence.ledger.vote.SignedVote;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a block holds beside the partitions' advances. */
public sealed interface Transaction {
    /**
     * An action and who asks for it. What is signed: {@code "candor-tx-v1" NUL | 32 chain | 32 key | i64 nonce | action}.
     *
     * @param key raw public key of the signer
     * @param nonce how many transactions the signer's account signed before: each counts once, in order
     * @param action what is asked for
     * @param signature 64 bytes
     * @param place where the action needs one, the entry's place in its log; not signed
     */
    record Signed(Bytes key, long nonce, Action action, Bytes signature, Optional<LogProof> place)
            implements Transaction {
        private static final Bytes DOMAIN = Bytes.wrap("candor-tx-v1\0".getBytes(StandardCharsets.US_ASCII));

        /** Refuses what no signature and no key is. */
        public Signed {
            if (key.length() != Digest.SIZE || signature.length() != Receipt.SIGNATURE_SIZE) {
                throw new IllegalArgumentException("a key has 32 bytes and a signature 64");
            }
        }

        /** What a signer signs on the chain that began with this genesis. */
        public static Bytes message(Digest chain, Bytes key, long nonce, Action action) {
            CanonicalWriter out =
                    new CanonicalWriter(256).raw(DOMAIN).digest(chain).raw(key).i64(nonce);
            TransactionCodec.write(action, out);
            return out.toBytes();
        }
    }

    /**
     * Two votes of which an honest validator signs one. Needs no signer: the votes' own signatures convict.
     *
     * @param one the first
     * @param two of the same kind, height and round, and different
     */
    record Equivocation(SignedVote one, SignedVote two) implements Transaction {
        /** Whether the two convict their signer on this chain, signatures aside. */
        public boolean rivals() {
            return one.key().equals(two.key()) && one.vote().rivals(two.vote());
        }
    }
}
