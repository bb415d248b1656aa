package dev.candor.persistence.ledger.block;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.tx.TransactionCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a block does: {@code u16 count | count * advance | u16 count | count * bytes transaction}. The receipts themselves are not in it: each advance commits
 * to its partition's events by their hash chain.
 *
 * @param advances ascending by partition, each once
 * @param transactions in the order in which they are carried out, at most {@value #MOST_TRANSACTIONS}
 */
public record Body(List<Advance> advances, List<Transaction> transactions) {
    /** The most transactions of a block. */
    public static final int MOST_TRANSACTIONS = 4_096;

    /** The largest body in bytes. */
    public static final int MOST_BYTES = 16 << 20;

    private static final Bytes DOMAIN = Bytes.wrap("candor-body-v1\0".getBytes(StandardCharsets.US_ASCII));

    /** Copies the lists and refuses those that have two forms or are too long. */
    public Body {
        advances = List.copyOf(advances);
        transactions = List.copyOf(transactions);
        for (int i = 1; i < advances.size(); i++) {
            if (advances.get(i - 1).partition() >= advances.get(i).partition()) {
                throw new IllegalArgumentException("advances stand in ascending order of their partitions, each once");
            }
        }
        if (transactions.size() > MOST_TRANSACTIONS) {
            throw new IllegalArgumentException(
                    "a block has at most " + MOST_TRANSACTIONS + " transactions, not " + transactions.size());
        }
    }

    /** The digest in the header: SHA-256("candor-body-v1" NUL, canonical bytes). */
    public Digest digest() {
        CanonicalWriter out = new CanonicalWriter(512);
        write(out);
        return Digest.sha256(DOMAIN, out.toBytes());
    }

    void write(CanonicalWriter out) {
        out.u16(advances.size());
        advances.forEach(each -> out.u8(each.partition()).i64(each.sequenceNr()).digest(each.head()));
        out.u16(transactions.size());
        transactions.forEach(each -> out.bytes(TransactionCodec.encode(each)));
    }

    static Body read(CanonicalReader in) {
        int count = in.u16("number of advances");
        if ((long) count * Advance.SIZE > in.remaining()) {
            throw new MalformedBytesException("the body says " + count + " advances and is too short for them");
        }
        List<Advance> advances = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            advances.add(new Advance(in.u8("partition"), in.i64("sequence number"), in.digest("head")));
        }
        int more = in.u16("number of transactions");
        if (more > MOST_TRANSACTIONS) {
            throw new MalformedBytesException(
                    "a block has at most " + MOST_TRANSACTIONS + " transactions, not " + more);
        }
        List<Transaction> transactions = new ArrayList<>();
        for (int i = 0; i < more; i++) {
            transactions.add(TransactionCodec.decode(in.bytes("transaction")));
        }
        try {
            return new Body(advances, transactions);
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException(String.valueOf(e.getMessage()));
        }
    }
}
