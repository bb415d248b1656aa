package dev.candor.actors.receipt;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Signs with an executor's {@link SigningKey}: one Ed25519 signature a batch. Thread-safe. */
public final class Ed25519BatchSigner implements BatchSigner {
    private final Digest network;
    private final SigningKey key;
    private final Digest keyId;
    private final BiConsumer<Bytes, Bytes> made;

    /** A signer for {@code network}, the digest of its genesis record. */
    public Ed25519BatchSigner(Digest network, SigningKey key) {
        this(network, key, (_, _) -> {});
    }

    /**
     * A signer that tells of each signature before its receipts leave.
     *
     * @param made takes the signed message and the signature; called by the threads that sign
     */
    public Ed25519BatchSigner(Digest network, SigningKey key, BiConsumer<Bytes, Bytes> made) {
        this.made = made;
        this.network = network;
        this.key = key;
        this.keyId = key.publicKey().id();
    }

    @Override
    public Digest network() {
        return network;
    }

    @Override
    public Digest keyId() {
        return keyId;
    }

    /** {@inheritDoc} Leaves of another network or key, none, or more than {@link Receipt#MAX_TREE_SIZE} are an {@link IllegalArgumentException}. */
    @Override
    public List<Bytes> sign(List<ReceiptLeaf> leaves) {
        if (leaves.size() > Receipt.MAX_TREE_SIZE) {
            throw new IllegalArgumentException(
                    "a batch has at most " + Receipt.MAX_TREE_SIZE + " receipts, this one has " + leaves.size());
        }
        List<Bytes> encoded = new ArrayList<>(leaves.size());
        for (ReceiptLeaf leaf : leaves) {
            if (!leaf.network().equals(network) || !leaf.keyId().equals(keyId)) {
                throw new IllegalArgumentException(
                        "the leaf of request " + leaf.id() + " names network " + leaf.network() + " and key "
                                + leaf.keyId() + ", this signer's are " + network + " and " + keyId);
            }
            encoded.add(leaf.toBytes());
        }
        MerkleTree tree = MerkleTree.of(encoded);
        Bytes message = Receipt.signedMessage(network, tree.root(), tree.size(), keyId);
        Bytes signature = key.sign(message);
        made.accept(message, signature);
        List<Bytes> receipts = new ArrayList<>(encoded.size());
        for (int i = 0; i < encoded.size(); i++) {
            receipts.add(Receipt.write(encoded.get(i), i, tree.size(), tree.path(i), signature));
        }
        return receipts;
    }
}
