package dev.candor.persistence.ledger.consensus;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.SignedVote;

/** The canonical bytes of a {@link JournalEntry}: {@code u8 0 | vote}, {@code u8 1 | bytes block | certificate}, {@code u8 2 | bytes block | certificate}. */
public final class JournalCodec {
    private static final int VOTED = 0;
    private static final int LOCKED = 1;
    private static final int FINAL = 2;

    private JournalCodec() {}

    /** The bytes. */
    public static Bytes encode(JournalEntry entry) {
        CanonicalWriter out = new CanonicalWriter(256);
        switch (entry) {
            case JournalEntry.Voted(SignedVote vote) -> vote.write(out.u8(VOTED));
            case JournalEntry.Locked(Message.Prepared(Block block, Certificate certificate)) ->
                certificate.write(out.u8(LOCKED).bytes(block.encode()));
            case JournalEntry.Final(Block block, Certificate certificate) ->
                certificate.write(out.u8(FINAL).bytes(block.encode()));
        }
        return out.toBytes();
    }

    /** Reads {@link #encode}'s form; {@link MalformedBytesException} for any other. */
    public static JournalEntry decode(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int kind = in.u8("kind of the entry");
        JournalEntry entry = switch (kind) {
            case VOTED -> new JournalEntry.Voted(SignedVote.read(in));
            case LOCKED ->
                new JournalEntry.Locked(new Message.Prepared(Block.decode(in.bytes("block")), Certificate.read(in)));
            case FINAL -> new JournalEntry.Final(Block.decode(in.bytes("block")), Certificate.read(in));
            default -> throw new MalformedBytesException("there is no journal entry of kind " + kind);
        };
        in.end("the journal entry");
        return entry;
    }
}
