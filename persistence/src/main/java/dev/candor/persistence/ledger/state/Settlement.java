package dev.candor.persistence.ledger.state;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.Arrays;

/**
 * What became of one receipt, named by SHA-256 of the receipt: {@code u8 status | u8 mode | 32 caller | 32 executor | 32 model | i64 paid | i64 held |
 * i64 unpaid | i64 deadline | i64 height}. There is one for each receipt that waits for an attestation or a proof or once did, and for each disproved one.
 *
 * @param status how it stands
 * @param mode that the caller asked for
 * @param caller whose account was charged
 * @param executor key id of whoever signed the answer
 * @param model content id
 * @param paid what was charged for the answer itself
 * @param held the premium, in escrow while pending
 * @param unpaid the part of the premium that stands as debt while pending
 * @param deadline block time after which a pending one expires
 * @param height of the block that gave it its status
 */
public record Settlement(
        Status status,
        VerificationMode mode,
        Digest caller,
        Digest executor,
        Digest model,
        Amount paid,
        Amount held,
        Amount unpaid,
        long deadline,
        long height) {

    /** How a receipt stands; {@code code} is its byte. */
    public enum Status {
        /** The premium is in escrow. */
        PENDING(0),
        /** A verified proof: the prover was paid. */
        PROVEN(1),
        /** A verified attestation: whoever brought it was paid. */
        ATTESTED(2),
        /** Nothing came in time: the premium was refunded. It says nothing about the answer. */
        EXPIRED(3),
        /** The answer was shown to be wrong: everything was refunded, the executor punished. */
        DISPROVED(4);

        private final int code;

        Status(int code) {
            this.code = code;
        }
    }

    /** With another status. */
    public Settlement as(Status other, long at) {
        return new Settlement(other, mode, caller, executor, model, paid, held, unpaid, deadline, at);
    }

    /** The canonical bytes. */
    public Bytes encode() {
        CanonicalWriter out = new CanonicalWriter(140)
                .u8(status.code)
                .u8(mode.code())
                .digest(caller)
                .digest(executor)
                .digest(model);
        paid.write(out);
        held.write(out);
        unpaid.write(out);
        return out.i64(deadline).i64(height).toBytes();
    }

    /** Reads {@link #encode}'s form. */
    public static Settlement read(CanonicalReader in) {
        int code = in.u8("status");
        Status status = Arrays.stream(Status.values())
                .filter(each -> each.code == code)
                .findFirst()
                .orElseThrow(() -> new MalformedBytesException("a settlement has no status " + code));
        int mode = in.u8("mode");
        return new Settlement(
                status,
                VerificationMode.ofCode(mode)
                        .orElseThrow(() -> new MalformedBytesException("mode " + mode + " is unknown")),
                in.digest("caller"),
                in.digest("executor"),
                in.digest("model"),
                Amount.read("paid", in),
                Amount.read("held", in),
                Amount.read("unpaid", in),
                in.i64("deadline"),
                in.i64("height"));
    }
}
