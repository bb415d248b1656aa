package dev.candor.persistence.ledger.state;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.persistence.ledger.tree.SparseTree;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The ledger after a block. Immutable and safe to share between threads.
 *
 * <p>Its root commits to everything but {@code lastBlock}, which names that root itself, and {@code due}, which follows from the rest:
 *
 * <pre>
 * root = SHA-256("candor-state-v1" NUL, globals, partitions, accounts, models, nodes, settlements, leases)
 * globals    = SHA-256("candor-globals-v1" NUL, 32 chain, 32 network, parameters, u8 count, count * 32 operator, i64 height, i64 time, validators,
 *              i64 supply, i64 treasury)
 * partitions = SHA-256("candor-partitions-v1" NUL, u16 count, count * bytes head)
 * </pre>
 *
 * and the other five are roots of sparse Merkle trees.
 *
 * @param chain digest of the ledger's genesis record
 * @param network digest of the network's genesis record, which receipts name
 * @param parameters the rules of the money
 * @param operators raw public keys of who may do what {@link dev.candor.persistence.ledger.tx.Action} marks so
 * @param height of the last block, 0 at genesis
 * @param lastBlock its hash; the chain's digest at genesis
 * @param time of the last block, milliseconds since 1970-01-01 UTC
 * @param validators who certify the next block
 * @param supply all money there is
 * @param treasury what belongs to the network
 * @param partitions how far each is certified
 * @param accounts by account
 * @param models by content id
 * @param nodes by key id
 * @param settlements by SHA-256 of the receipt
 * @param leases by SHA-256 of who leased and its nonce
 * @param due what happens at a time, by {@link Due#key}
 */
public record LedgerState(
        Digest chain,
        Digest network,
        Parameters parameters,
        List<Bytes> operators,
        long height,
        Digest lastBlock,
        long time,
        ValidatorSet validators,
        Amount supply,
        Amount treasury,
        List<PartitionHead> partitions,
        SparseTree<Account> accounts,
        SparseTree<ModelEntry> models,
        SparseTree<NodeEntry> nodes,
        SparseTree<Settlement> settlements,
        SparseTree<Lease> leases,
        SparseTree<Due> due)
        implements StateView {

    private static final Bytes ROOT = domain("candor-state-v1\0");
    private static final Bytes GLOBALS = domain("candor-globals-v1\0");
    private static final Bytes PARTITIONS = domain("candor-partitions-v1\0");

    /** Copies the lists. */
    public LedgerState {
        operators = List.copyOf(operators);
        partitions = List.copyOf(partitions);
    }

    @Override
    public Optional<Account> account(Digest id) {
        return accounts.get(id);
    }

    @Override
    public Optional<ModelEntry> model(Digest contentId) {
        return models.get(contentId);
    }

    @Override
    public Optional<NodeEntry> node(Digest keyId) {
        return nodes.get(keyId);
    }

    @Override
    public Optional<Lease> lease(Digest id) {
        return leases.get(id);
    }

    /** The digests under the root, in its order. */
    public List<Digest> sections() {
        return List.of(
                globals(),
                partitionsDigest(),
                accounts.root(),
                models.root(),
                nodes.root(),
                settlements.root(),
                leases.root());
    }

    /** The state root. */
    public Digest root() {
        return rootOf(sections());
    }

    /** The root over sections. */
    static Digest rootOf(List<Digest> sections) {
        CanonicalWriter out = new CanonicalWriter(256).raw(ROOT);
        sections.forEach(out::digest);
        return Digest.sha256(out.toBytes());
    }

    private Digest globals() {
        CanonicalWriter out = new CanonicalWriter(1_024).raw(GLOBALS);
        StateCodec.writeGlobals(this, out);
        return Digest.sha256(out.toBytes());
    }

    private Digest partitionsDigest() {
        CanonicalWriter out = new CanonicalWriter(1_024).raw(PARTITIONS);
        StateCodec.writePartitions(this, out);
        return Digest.sha256(out.toBytes());
    }

    private static Bytes domain(String name) {
        return Bytes.wrap(name.getBytes(StandardCharsets.US_ASCII));
    }
}
