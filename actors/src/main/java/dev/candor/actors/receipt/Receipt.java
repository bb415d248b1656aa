package dev.candor.actors.receipt;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A leaf, its way to the root of its batch, and the signature over that root. {@code docs/receipt.md} specifies its bytes.
 *
 * <p>A value of this type is well formed, not verified: index, size and path may contradict each other, see {@link ReceiptVerifier}.
 *
 * @param leaf what is stated
 * @param index of the leaf in its batch, from 0
 * @param treeSize leaves of the batch
 * @param path siblings from the leaf to the root
 * @param signature {@value #SIGNATURE_SIZE} bytes
 */
public record Receipt(ReceiptLeaf leaf, int index, int treeSize, List<Digest> path, Bytes signature) {
    /** The version of the bytes. */
    public static final int VERSION = 1;

    /** The most leaves under one signature. */
    public static final int MAX_TREE_SIZE = 65_536;

    /** The longest path that {@link #MAX_TREE_SIZE} leaves need. */
    public static final int MAX_PATH = 16;

    /** The size of a signature in bytes. */
    public static final int SIGNATURE_SIZE = 64;

    /** The largest receipt in bytes. */
    public static final int MAX_SIZE = 1_399;

    /** Where the leaf begins: behind magic, version and length. */
    static final int LEAF_VERSION_AT = 9;

    static final Bytes MAGIC = Bytes.wrap("CRCP".getBytes(StandardCharsets.US_ASCII));

    private static final Bytes BATCH = Bytes.wrap("candor-batch-v1\0".getBytes(StandardCharsets.US_ASCII));

    /** Refuses what the bytes cannot say. */
    public Receipt {
        path = List.copyOf(path);
        if (index < 0 || treeSize < 1 || treeSize > MAX_TREE_SIZE || path.size() > MAX_PATH) {
            throw new IllegalArgumentException("index " + index + " of " + treeSize + " leaves with a path of "
                    + path.size() + "; a batch has 1 to " + MAX_TREE_SIZE + " leaves and paths up to " + MAX_PATH);
        }
        if (signature.length() != SIGNATURE_SIZE) {
            throw new IllegalArgumentException(
                    "a signature has " + SIGNATURE_SIZE + " bytes, this one has " + signature.length());
        }
    }

    /** The canonical bytes. */
    public Bytes toBytes() {
        return write(leaf.toBytes(), index, treeSize, path, signature);
    }

    /** The canonical bytes of a receipt whose leaf is encoded already. */
    static Bytes write(Bytes leaf, int index, int treeSize, List<Digest> path, Bytes signature) {
        CanonicalWriter out = new CanonicalWriter(128 + leaf.length() + Digest.SIZE * path.size())
                .raw(MAGIC)
                .u8(VERSION)
                .bytes(leaf)
                .u32(index)
                .u32(treeSize)
                .u8(path.size());
        path.forEach(out::digest);
        return out.raw(signature).toBytes();
    }

    /** Reads {@link #toBytes}'s form and nothing else; anything else is a {@link MalformedBytesException}. */
    public static Receipt parse(Bytes bytes) {
        if (bytes.length() > MAX_SIZE) {
            throw new MalformedBytesException(
                    "a receipt has at most " + MAX_SIZE + " bytes, this one has " + bytes.length());
        }
        CanonicalReader in = new CanonicalReader(bytes);
        if (!in.raw("magic", MAGIC.length()).equals(MAGIC)) {
            throw new MalformedBytesException("a receipt starts with \"CRCP\"");
        }
        int version = in.u8("receipt version");
        if (version != VERSION) {
            throw new MalformedBytesException("receipt version is " + version + ", this program knows " + VERSION);
        }
        ReceiptLeaf leaf = ReceiptLeaf.parse(in.bytes("leaf"));
        int index = in.u32("index");
        int treeSize = in.u32("tree size");
        int length = in.u8("path length");
        if (length > MAX_PATH) {
            throw new MalformedBytesException("path length is " + length + ", the largest allowed is " + MAX_PATH);
        }
        List<Digest> path = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            path.add(in.digest("path"));
        }
        Bytes signature = in.raw("signature", SIGNATURE_SIZE);
        in.end("the receipt");
        try {
            return new Receipt(leaf, index, treeSize, path, signature);
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("receipt: " + e.getMessage());
        }
    }

    /** The root that leaf and path lead to; empty where index, size and path length do not fit each other. */
    public Optional<Digest> root() {
        return MerkleTree.rootFrom(MerkleTree.leafHash(leaf.toBytes()), index, treeSize, path);
    }

    /** Whether these bytes of a receipt say that the answer was kept from an earlier request; looks at the leaf's version only. */
    public static boolean saysCached(Bytes receipt) {
        return receipt.length() > LEAF_VERSION_AT && receipt.at(LEAF_VERSION_AT) == ReceiptLeaf.VERSION_CACHED;
    }

    /** What an executor signs for a batch: 120 bytes. */
    public static Bytes signedMessage(Digest network, Digest root, int treeSize, Digest keyId) {
        return new CanonicalWriter(120)
                .raw(BATCH)
                .digest(network)
                .digest(root)
                .u32(treeSize)
                .digest(keyId)
                .toBytes();
    }
}
