package dev.candor.persistence.ledger.tree;

import dev.candor.actors.receipt.MerkleTree;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.ArrayList;
import java.util.List;

/**
 * An append-only Merkle log (RFC 9162, section 2.1) reduced to what appending needs: the roots of its perfect subtrees, largest first, one for each bit set
 * in the size. Its bytes are {@code i64 size | peaks * 32}. Immutable.
 *
 * @param size leaves in the log
 * @param peaks roots of the perfect subtrees
 */
public record LogFrontier(long size, List<Digest> peaks) {
    /** A log without leaves. */
    public static final LogFrontier EMPTY = new LogFrontier(0, List.of());

    /** Refuses peaks that the size does not have. */
    public LogFrontier {
        peaks = List.copyOf(peaks);
        if (size < 0 || Long.bitCount(size) != peaks.size()) {
            throw new IllegalArgumentException("a log of " + size + " leaves does not have " + peaks.size() + " peaks");
        }
    }

    /** This log with more leaves, given by their hashes. */
    public LogFrontier append(List<Digest> leafHashes) {
        List<Digest> grown = new ArrayList<>(peaks);
        long count = size;
        for (Digest leaf : leafHashes) {
            Digest hash = leaf;
            for (long carry = count; (carry & 1) == 1; carry >>>= 1) {
                hash = MerkleTree.nodeHash(grown.removeLast(), hash);
            }
            grown.add(hash);
            count++;
        }
        return new LogFrontier(count, grown);
    }

    /** The root; SHA-256 of nothing for a log without leaves, as RFC 9162 has it. */
    public Digest root() {
        if (peaks.isEmpty()) {
            return Digest.sha256(Bytes.EMPTY);
        }
        Digest hash = peaks.getLast();
        for (int i = peaks.size() - 2; i >= 0; i--) {
            hash = MerkleTree.nodeHash(peaks.get(i), hash);
        }
        return hash;
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        out.i64(size);
        peaks.forEach(out::digest);
    }

    /** Reads {@link #write}'s form. */
    public static LogFrontier read(CanonicalReader in) {
        long size = in.i64("size of the log");
        if (size < 0) {
            throw new MalformedBytesException("the size of a log is not " + size);
        }
        List<Digest> peaks = new ArrayList<>();
        for (int i = Long.bitCount(size); i > 0; i--) {
            peaks.add(in.digest("peak"));
        }
        return new LogFrontier(size, peaks);
    }
}
