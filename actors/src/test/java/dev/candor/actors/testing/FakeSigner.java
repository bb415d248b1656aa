package dev.candor.actors.testing;

import dev.candor.actors.receipt.BatchSigner;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Signs nothing: a receipt is the text of its leaf. Keeps the leaves of each batch. */
public final class FakeSigner implements BatchSigner {
    private final List<List<ReceiptLeaf>> batches = Collections.synchronizedList(new ArrayList<>());

    /** The leaves of each batch so far. */
    public List<List<ReceiptLeaf>> batches() {
        synchronized (batches) {
            return List.copyOf(batches);
        }
    }

    @Override
    public Digest network() {
        return Digest.ofHex("11".repeat(32));
    }

    @Override
    public Digest keyId() {
        return Digest.ofHex("22".repeat(32));
    }

    @Override
    public List<Bytes> sign(List<ReceiptLeaf> leaves) {
        batches.add(List.copyOf(leaves));
        return leaves.stream()
                .map(leaf -> Bytes.wrap(leaf.toString().getBytes(StandardCharsets.UTF_8)))
                .toList();
    }
}
