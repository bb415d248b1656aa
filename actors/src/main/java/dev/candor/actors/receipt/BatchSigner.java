package dev.candor.actors.receipt;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.util.List;

/** Signs the receipts of one batch with one signature over their Merkle root. Thread-safe. */
public interface BatchSigner {
    /** The network that the leaves must name. */
    Digest network();

    /** SHA-256 of the raw public key: how trust files and receipts name it. */
    Digest keyId();

    /** The receipts of {@code leaves}, in their order: each leaf with its path and the root's signature, in canonical bytes. */
    List<Bytes> sign(List<ReceiptLeaf> leaves);
}
