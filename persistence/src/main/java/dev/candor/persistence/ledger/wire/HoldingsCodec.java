package dev.candor.persistence.ledger.wire;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Lease;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.Settlement;
import dev.candor.persistence.ledger.state.StateKey;
import dev.candor.persistence.ledger.state.StateProof;
import dev.candor.persistence.ledger.state.StateProof.Section;
import dev.candor.persistence.ledger.tree.SparseProof;
import dev.candor.persistence.ledger.tree.SparseTree;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.wire.Holdings.Holding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The canonical bytes of a question for parts of a state, and of the answer:
 *
 * <pre>
 * keys:      u16 count | count * (u8 section | 32 key)
 * holdings:  header | certificate | 7 * 32 section | u16 count | count * (path | u8 0 or 1 | 1: bytes value)
 * </pre>
 *
 * Reading allocates no more than a small multiple of the bytes that are there.
 */
public final class HoldingsCodec {
    private HoldingsCodec() {}

    /** The bytes of keys. */
    public static Bytes encode(List<StateKey> keys) {
        CanonicalWriter out = new CanonicalWriter(2 + 33 * keys.size()).u16(keys.size());
        keys.forEach(each -> out.u8(each.section().place()).digest(each.key()));
        return out.toBytes();
    }

    /** Reads keys, at most {@value Holdings#MOST_KEYS}. */
    public static List<StateKey> keys(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int count = count(in);
        List<StateKey> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int place = in.u8("section");
            Section section = Section.ofPlace(place)
                    .orElseThrow(() -> new MalformedBytesException("a state has no section " + place + " to ask for"));
            keys.add(new StateKey(section, in.digest("key")));
        }
        in.end("the keys");
        return keys;
    }

    /** What a state holds under keys, under the certificate of the block that led to it. */
    public static Holdings of(LedgerState state, BlockHeader header, Certificate certificate, List<StateKey> keys) {
        return new Holdings(
                header,
                certificate,
                state.sections(),
                keys.stream()
                        .map(each -> switch (each.section()) {
                            case ACCOUNTS -> holding(state.accounts(), each.key(), Account::encode);
                            case MODELS -> holding(state.models(), each.key(), ModelEntry::encode);
                            case NODES -> holding(state.nodes(), each.key(), NodeEntry::encode);
                            case SETTLEMENTS -> holding(state.settlements(), each.key(), Settlement::encode);
                            case LEASES -> holding(state.leases(), each.key(), Lease::encode);
                        })
                        .toList());
    }

    private static <V> Holding holding(SparseTree<V> tree, Digest key, Function<V, Bytes> encode) {
        return new Holding(tree.prove(key), tree.get(key).map(encode));
    }

    /** The bytes of an answer. */
    public static Bytes encode(Holdings holdings) {
        CanonicalWriter out = new CanonicalWriter(1_024);
        holdings.header().write(out);
        holdings.certificate().write(out);
        holdings.sections().forEach(out::digest);
        out.u16(holdings.holdings().size());
        holdings.holdings().forEach(each -> {
            each.path().write(out);
            out.u8(each.value().isPresent() ? 1 : 0);
            each.value().ifPresent(out::bytes);
        });
        return out.toBytes();
    }

    /** Reads an answer; whether it is so its proofs tell. */
    public static Holdings holdings(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        BlockHeader header = BlockHeader.read(in);
        Certificate certificate = Certificate.read(in);
        List<Digest> sections = new ArrayList<>(StateProof.SECTIONS);
        for (int i = 0; i < StateProof.SECTIONS; i++) {
            sections.add(in.digest("section of the state"));
        }
        int count = count(in);
        List<Holding> holdings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SparseProof path = SparseProof.read(in);
            holdings.add(new Holding(
                    path, PeerCodec.present(in, "value") ? Optional.of(in.bytes("value")) : Optional.empty()));
        }
        in.end("what the state holds");
        return new Holdings(header, certificate, sections, holdings);
    }

    private static int count(CanonicalReader in) {
        int count = in.u16("number of keys");
        if (count > Holdings.MOST_KEYS) {
            throw new MalformedBytesException(
                    count + " keys; at most " + Holdings.MOST_KEYS + " are asked for at once");
        }
        return count;
    }
}
