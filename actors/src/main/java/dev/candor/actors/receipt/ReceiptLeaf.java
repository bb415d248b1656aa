package dev.candor.actors.receipt;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;

/**
 * What a receipt says of one answer. {@code docs/receipt.md} specifies its bytes.
 *
 * @param network digest of the genesis record: a receipt of one network means nothing in another
 * @param keyId SHA-256 of the executor's raw public key
 * @param id the request
 * @param caller the caller's pseudonym
 * @param model name, version and content id of what ran
 * @param requestDigest salted digest of the canonical request
 * @param answerDigest salted digest of the canonical outputs
 * @param requested the mode the caller asked for
 * @param achieved the mode reached when the answer was given
 * @param arithmetic how the model ran
 * @param device such as {@code cpu:0}
 * @param answeredAt milliseconds since 1970-01-01 UTC on the executor's clock
 */
public record ReceiptLeaf(
        Digest network,
        Digest keyId,
        RequestId id,
        Digest caller,
        ModelRef model,
        Digest requestDigest,
        Digest answerDigest,
        VerificationMode requested,
        VerificationMode achieved,
        Arithmetic arithmetic,
        String device,
        long answeredAt) {

    /** How the model ran; {@code ordinal} never appears in bytes, {@link #code} does. */
    public enum Arithmetic {
        /** The model as given, in floating point. */
        FLOAT(0),
        /** The quantised integer model, bit-exact on every machine. */
        EXACT(1);

        private final int code;

        Arithmetic(int code) {
            this.code = code;
        }

        /** The byte in a receipt. */
        public int code() {
            return code;
        }
    }
}
