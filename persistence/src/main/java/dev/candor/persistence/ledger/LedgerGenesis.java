package dev.candor.persistence.ledger;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.Due;
import dev.candor.persistence.ledger.state.Lease;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.state.PartitionHead;
import dev.candor.persistence.ledger.state.Settlement;
import dev.candor.persistence.ledger.tree.SparseTree;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;

/**
 * What was settled when a ledger began, version 1: {@code u8 1 | bytes genesis | parameters | u8 count | count * 32 operator | validators}.
 *
 * @param genesis of the network: its name, P, its time
 * @param parameters the rules of the money
 * @param operators raw public keys of who may bring in money, set prices and name nodes, 1 to 255
 * @param validators who certify the first block
 */
public record LedgerGenesis(Genesis genesis, Parameters parameters, List<Bytes> operators, ValidatorSet validators) {
    private static final int VERSION = 1;
    private static final int MOST_OPERATORS = 255;
    private static final Bytes DOMAIN = Bytes.wrap("candor-ledger-v1\0".getBytes(StandardCharsets.US_ASCII));

    /** Refuses a ledger without operators. */
    public LedgerGenesis {
        operators = List.copyOf(operators);
        if (operators.isEmpty()
                || operators.size() > MOST_OPERATORS
                || operators.stream().anyMatch(key -> key.length() != Digest.SIZE)) {
            throw new IllegalArgumentException(
                    "a ledger has 1 to " + MOST_OPERATORS + " operators with keys of 32 bytes");
        }
    }

    /** The chain's digest, which every block, vote and transaction names. */
    public Digest digest() {
        return Digest.sha256(DOMAIN, encode());
    }

    /** The state before the first block: the validators are nodes of their own accounts, everything else is empty. */
    public LedgerState state() {
        SparseTree<NodeEntry> nodes = SparseTree.empty(NodeEntry::encode);
        for (Bytes key : validators.keys()) {
            NodeEntry node = NodeEntry.fresh(
                    key, EnumSet.of(NodeEntry.Role.VALIDATOR), Account.of(key), 0, Long.MAX_VALUE, Digest.ZERO);
            nodes = nodes.with(ValidatorSet.keyId(key), node);
        }
        Digest chain = digest();
        return new LedgerState(
                chain,
                genesis.digest(),
                parameters,
                operators,
                0,
                chain,
                genesis.createdAt(),
                validators,
                Amount.ZERO,
                Amount.ZERO,
                Collections.nCopies(genesis.partitions(), PartitionHead.EMPTY),
                SparseTree.empty(Account::encode),
                SparseTree.empty(ModelEntry::encode),
                nodes,
                SparseTree.empty(Settlement::encode),
                SparseTree.empty(Lease::encode),
                SparseTree.empty(Due::encode));
    }

    /** The canonical bytes. */
    public Bytes encode() {
        CanonicalWriter out = new CanonicalWriter(512).u8(VERSION).bytes(genesis.encode());
        parameters.write(out);
        out.u8(operators.size());
        operators.forEach(out::raw);
        validators.write(out);
        return out.toBytes();
    }

    /** Reads {@link #encode}'s form; {@link MalformedBytesException} where the bytes are none. */
    public static LedgerGenesis decode(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int version = in.u8("version of the ledger's genesis");
        if (version != VERSION) {
            throw new MalformedBytesException("a ledger's genesis has version 1, this one has " + version);
        }
        try {
            Genesis genesis = Genesis.decode(in.bytes("genesis of the network"));
            Parameters parameters = Parameters.read(in);
            int count = in.u8("number of operators");
            List<Bytes> operators = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                operators.add(in.raw("operator's key", Digest.SIZE));
            }
            LedgerGenesis ledger = new LedgerGenesis(genesis, parameters, operators, ValidatorSet.read(in));
            in.end("the ledger's genesis");
            return ledger;
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("the ledger's genesis: " + e.getMessage());
        }
    }
}
