package dev.candor.persistence.ledger.wire;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Body;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.tx.TransactionCodec;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The canonical bytes of a {@link PeerFrame}:
 *
 * <pre>
 * proposal:     u8 1 | vote | bytes block | u8 count | count * vote | u8 0 or 1 | 1: certificate
 * ballot:       u8 2 | vote
 * round change: u8 3 | vote | u8 0 or 1 | 1: bytes block, certificate
 * decided:      u8 4 | bytes block | certificate
 * sync request: u8 5 | i64 height
 * transaction:  u8 6 | bytes transaction
 * </pre>
 *
 * Reading allocates no more than a small multiple of the bytes that are there.
 */
public final class PeerCodec {
    /** No frame of ours is longer: the largest block, and room for the votes beside it. */
    public static final int MOST_BYTES = Body.MOST_BYTES + (1 << 20);

    private static final int PROPOSAL = 1;
    private static final int BALLOT = 2;
    private static final int ROUND_CHANGE = 3;
    private static final int DECIDED = 4;
    private static final int SYNC_REQUEST = 5;
    private static final int TRANSACTION = 6;

    private PeerCodec() {}

    /** The bytes. */
    public static Bytes encode(PeerFrame frame) {
        CanonicalWriter out = new CanonicalWriter(512);
        switch (frame) {
            case PeerFrame.Said(Message message) -> write(message, out);
            case PeerFrame.Passed(Transaction.Signed transaction) ->
                out.u8(TRANSACTION).bytes(TransactionCodec.encode(transaction));
        }
        return out.toBytes();
    }

    private static void write(Message message, CanonicalWriter out) {
        switch (message) {
            case Message.Proposal(var vote, var block, var roundChanges, var prepared) -> {
                vote.write(out.u8(PROPOSAL));
                out.bytes(block.encode()).u8(roundChanges.size());
                roundChanges.forEach(each -> each.write(out));
                out.u8(prepared.isPresent() ? 1 : 0);
                prepared.ifPresent(certificate -> certificate.write(out));
            }
            case Message.Ballot(SignedVote vote) -> vote.write(out.u8(BALLOT));
            case Message.RoundChange(var vote, var prepared) -> {
                vote.write(out.u8(ROUND_CHANGE));
                out.u8(prepared.isPresent() ? 1 : 0);
                prepared.ifPresent(
                        each -> each.certificate().write(out.bytes(each.block().encode())));
            }
            case Message.Decided(Block block, Certificate certificate) ->
                certificate.write(out.u8(DECIDED).bytes(block.encode()));
            case Message.SyncRequest(long height) -> out.u8(SYNC_REQUEST).i64(height);
        }
    }

    /** Reads {@link #encode}'s form; {@link MalformedBytesException} for any other. */
    public static PeerFrame decode(Bytes bytes) {
        if (bytes.length() > MOST_BYTES) {
            throw new MalformedBytesException(
                    "a validator's message has at most " + MOST_BYTES + " bytes, this one has " + bytes.length());
        }
        CanonicalReader in = new CanonicalReader(bytes);
        int kind = in.u8("kind of the message");
        PeerFrame frame = switch (kind) {
            case PROPOSAL ->
                new PeerFrame.Said(new Message.Proposal(
                        SignedVote.read(in),
                        Block.decode(in.bytes("block")),
                        votes(in),
                        present(in, "certificate") ? Optional.of(Certificate.read(in)) : Optional.empty()));
            case BALLOT -> new PeerFrame.Said(new Message.Ballot(SignedVote.read(in)));
            case ROUND_CHANGE ->
                new PeerFrame.Said(new Message.RoundChange(
                        SignedVote.read(in),
                        present(in, "prepared block")
                                ? Optional.of(new Message.Prepared(
                                        Block.decode(in.bytes("prepared block")), Certificate.read(in)))
                                : Optional.empty()));
            case DECIDED ->
                new PeerFrame.Said(new Message.Decided(Block.decode(in.bytes("block")), Certificate.read(in)));
            case SYNC_REQUEST -> new PeerFrame.Said(new Message.SyncRequest(in.i64("height")));
            case TRANSACTION -> new PeerFrame.Passed(signed(in.bytes("transaction")));
            default -> throw new MalformedBytesException("there is no message of kind " + kind);
        };
        in.end("the message");
        return frame;
    }

    private static List<SignedVote> votes(CanonicalReader in) {
        int count = in.u8("number of round changes");
        if (count > ValidatorSet.MOST) {
            throw new MalformedBytesException(
                    count + " round changes; a validator set has at most " + ValidatorSet.MOST);
        }
        List<SignedVote> votes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            votes.add(SignedVote.read(in));
        }
        return votes;
    }

    static boolean present(CanonicalReader in, String what) {
        int flag = in.u8(what);
        if (flag > 1) {
            throw new MalformedBytesException(what + " is there (1) or not (0), not " + flag);
        }
        return flag == 1;
    }

    static Transaction.Signed signed(Bytes bytes) {
        if (TransactionCodec.decode(bytes) instanceof Transaction.Signed signed) {
            return signed;
        }
        throw new MalformedBytesException(
                "a transaction that is handed in has a signer; evidence of rival votes has none");
    }
}
