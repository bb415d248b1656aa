package dev.candor.persistence.ledger.state;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.tree.SparseTree;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The canonical bytes of a whole state, for snapshots, version 1: {@code u8 1 | globals | 32 lastBlock | partitions | accounts | models | nodes | settlements |
 * leases}, where each tree is {@code u32 count | count * (32 key, bytes value)} in ascending order of the keys.
 */
public final class StateCodec {
    private static final int VERSION = 1;

    private StateCodec() {}

    /** The canonical bytes. */
    public static Bytes encode(LedgerState state) {
        CanonicalWriter out = new CanonicalWriter(4_096).u8(VERSION);
        writeGlobals(state, out);
        out.digest(state.lastBlock());
        writePartitions(state, out);
        writeTree(state.accounts(), Account::encode, out);
        writeTree(state.models(), ModelEntry::encode, out);
        writeTree(state.nodes(), NodeEntry::encode, out);
        writeTree(state.settlements(), Settlement::encode, out);
        writeTree(state.leases(), Lease::encode, out);
        return out.toBytes();
    }

    /** Reads {@link #encode}'s form; {@link MalformedBytesException} where the bytes are no state. Whether it is the right one, its root tells. */
    public static LedgerState decode(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int version = in.u8("version of the state");
        if (version != VERSION) {
            throw new MalformedBytesException("a state has version " + VERSION + ", this one has " + version);
        }
        try {
            LedgerState state = read(in);
            in.end("the state");
            return state;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new MalformedBytesException("state: " + e.getMessage());
        }
    }

    static void writeGlobals(LedgerState state, CanonicalWriter out) {
        out.digest(state.chain()).digest(state.network());
        state.parameters().write(out);
        out.u8(state.operators().size());
        state.operators().forEach(out::raw);
        out.i64(state.height()).i64(state.time());
        state.validators().write(out);
        state.supply().write(out);
        state.treasury().write(out);
    }

    static void writePartitions(LedgerState state, CanonicalWriter out) {
        out.u16(state.partitions().size());
        state.partitions().forEach(head -> out.bytes(head.encode()));
    }

    /** The index of what is due, as it follows from the rest of a state. */
    public static SparseTree<Due> dueOf(
            SparseTree<NodeEntry> nodes, SparseTree<Settlement> settlements, SparseTree<Lease> leases) {
        List<SparseTree<Due>> index = new ArrayList<>(List.of(SparseTree.empty(Due::encode)));
        settlements.forEach((id, each) -> {
            if (each.status() == Settlement.Status.PENDING) {
                add(index, Due.Kind.EXPIRY, id, each.deadline());
            }
        });
        leases.forEach((id, each) -> add(index, Due.Kind.RELEASE, id, each.releasedAt()));
        nodes.forEach((id, each) -> {
            if (each.unbondedAt() != 0) {
                add(index, Due.Kind.UNBONDING, id, each.unbondedAt());
            }
        });
        return index.getFirst();
    }

    private static void add(List<SparseTree<Due>> index, Due.Kind kind, Digest id, long time) {
        Due due = new Due(kind, id);
        index.set(0, index.getFirst().with(due.key(time), due));
    }

    private static LedgerState read(CanonicalReader in) {
        Digest chain = in.digest("chain");
        Digest network = in.digest("network");
        Parameters parameters = Parameters.read(in);
        int count = in.u8("number of operators");
        List<Bytes> operators = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            operators.add(in.raw("operator's key", Digest.SIZE));
        }
        long height = in.i64("height");
        long time = in.i64("time");
        ValidatorSet validators = ValidatorSet.read(in);
        Amount supply = Amount.read("supply", in);
        Amount treasury = Amount.read("treasury", in);
        Digest lastBlock = in.digest("last block");
        int partitions = in.u16("number of partitions");
        List<PartitionHead> heads = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            CanonicalReader one = new CanonicalReader(in.bytes("head of a partition"));
            heads.add(PartitionHead.read(one));
            one.end("the head of a partition");
        }
        SparseTree<Account> accounts = readTree("account", Account::read, Account::encode, in);
        SparseTree<ModelEntry> models = readTree("model", ModelEntry::read, ModelEntry::encode, in);
        SparseTree<NodeEntry> nodes = readTree("node", NodeEntry::read, NodeEntry::encode, in);
        SparseTree<Settlement> settlements = readTree("settlement", Settlement::read, Settlement::encode, in);
        SparseTree<Lease> leases = readTree("lease", Lease::read, Lease::encode, in);
        return new LedgerState(
                chain,
                network,
                parameters,
                operators,
                height,
                lastBlock,
                time,
                validators,
                supply,
                treasury,
                heads,
                accounts,
                models,
                nodes,
                settlements,
                leases,
                dueOf(nodes, settlements, leases));
    }

    private static <V> void writeTree(SparseTree<V> tree, Function<V, Bytes> encoder, CanonicalWriter out) {
        out.u32(tree.size());
        tree.forEach((key, value) -> out.digest(key).bytes(encoder.apply(value)));
    }

    private static <V> SparseTree<V> readTree(
            String what, Function<CanonicalReader, V> decoder, Function<V, Bytes> encoder, CanonicalReader in) {
        int count = in.count("number of entries: " + what, Digest.SIZE + Integer.BYTES);
        SparseTree<V> tree = SparseTree.empty(encoder);
        Digest before = Digest.ZERO;
        for (int i = 0; i < count; i++) {
            Digest key = in.digest(what + "'s key");
            if (i > 0 && before.compareTo(key) >= 0) {
                throw new MalformedBytesException("the entries of a state ascend by key: " + what + " " + key);
            }
            before = key;
            CanonicalReader one = new CanonicalReader(in.bytes(what));
            tree = tree.with(key, decoder.apply(one));
            one.end("the " + what);
        }
        return tree;
    }
}
