package dev.candor.persistence.ledger.tree;

import dev.candor.actors.receipt.MerkleTree;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.ArrayList;
import java.util.List;

/**
 * That a leaf stands in an append-only log (RFC 9162, section 2.1.3): {@code i64 index | i64 size | u8 count | count * 32}.
 *
 * @param index of the leaf, from 0
 * @param size of the log
 * @param path siblings from the leaf to the root
 */
public record LogProof(long index, long size, List<Digest> path) {
    /** The longest path of a log whose size is a long. */
    public static final int MAX_PATH = 63;

    /** Refuses places that are in no log. */
    public LogProof {
        path = List.copyOf(path);
        if (index < 0 || index >= size || path.size() > MAX_PATH) {
            throw new IllegalArgumentException(
                    "leaf " + index + " of " + size + " with a path of " + path.size() + " is in no log");
        }
    }

    /** Whether the log of {@code root} and {@link #size} leaves has this leaf at {@link #index}. */
    public boolean includes(Digest root, Digest leafHash) {
        long node = index;
        long last = size - 1;
        Digest hash = leafHash;
        for (Digest sibling : path) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = MerkleTree.nodeHash(sibling, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                hash = MerkleTree.nodeHash(hash, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && hash.equals(root);
    }

    /** Whether the log of {@code from} leaves and {@code fromRoot} is the beginning of the one of {@code to} leaves and {@code toRoot} (section 2.1.4.2). */
    public static boolean isConsistent(long from, Digest fromRoot, long to, Digest toRoot, List<Digest> proof) {
        if (from < 1 || from > to) {
            return false;
        }
        if (from == to) {
            return proof.isEmpty() && fromRoot.equals(toRoot);
        }
        List<Digest> path = new ArrayList<>(proof);
        if (Long.bitCount(from) == 1) {
            path.addFirst(fromRoot);
        }
        if (path.isEmpty()) {
            return false;
        }
        long node = from - 1;
        long last = to - 1;
        while ((node & 1) == 1) {
            node >>>= 1;
            last >>>= 1;
        }
        Digest old = path.getFirst();
        Digest grown = old;
        for (Digest sibling : path.subList(1, path.size())) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                old = MerkleTree.nodeHash(sibling, old);
                grown = MerkleTree.nodeHash(sibling, grown);
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                grown = MerkleTree.nodeHash(grown, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && old.equals(fromRoot) && grown.equals(toRoot);
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        out.i64(index).i64(size).u8(path.size());
        path.forEach(out::digest);
    }

    /** Reads {@link #write}'s form. */
    public static LogProof read(CanonicalReader in) {
        long index = in.i64("index in the log");
        long size = in.i64("size of the log");
        int count = in.u8("length of the path");
        if (index < 0 || index >= size || count > MAX_PATH) {
            throw new MalformedBytesException("leaf " + index + " of " + size + " with a path of " + count
                    + " is in no log; a path has at most " + MAX_PATH);
        }
        List<Digest> path = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            path.add(in.digest("sibling"));
        }
        return new LogProof(index, size, path);
    }
}
