package dev.candor.persistence.ledger.light;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Lease;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.StateKey;
import dev.candor.persistence.ledger.state.StateProof;
import dev.candor.persistence.ledger.state.StateProof.Section;
import dev.candor.persistence.ledger.state.StateView;
import dev.candor.persistence.ledger.wire.Holdings;
import dev.candor.persistence.ledger.wire.Holdings.Holding;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The part of a state that somebody asked for, proven against the root that a quorum certified. Whoever gave the answer can have given an old one, and no other that
 * is false. To look up what was not asked for is an {@link IllegalStateException}.
 */
public final class ProvenState implements StateView {
    private final BlockHeader header;
    private final Map<StateKey, Optional<Bytes>> values;

    private ProvenState(BlockHeader header, Map<StateKey, Optional<Bytes>> values) {
        this.header = header;
        this.values = values;
    }

    /**
     * Checks an answer.
     *
     * @param keys what was asked for
     * @throws MalformedBytesException where the answer does not prove itself, with what is wrong
     */
    public static ProvenState of(BlockVerifier verifier, List<StateKey> keys, Holdings holdings) {
        BlockHeader header = holdings.header();
        verifier.defect(header, holdings.certificate()).ifPresent(defect -> {
            throw new MalformedBytesException("block " + header.height() + ": " + defect);
        });
        if (holdings.holdings().size() != keys.size()) {
            throw new MalformedBytesException(
                    holdings.holdings().size() + " values for the " + keys.size() + " keys that were asked for");
        }
        Map<StateKey, Optional<Bytes>> values = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            StateKey key = keys.get(i);
            Holding holding = holdings.holdings().get(i);
            StateProof proof = new StateProof(holdings.sections(), holding.path());
            boolean holds = holding.value()
                    .map(value -> proof.includes(header.stateRoot(), key.section(), key.key(), value))
                    .orElseGet(() -> proof.excludes(header.stateRoot(), key.section(), key.key()));
            if (!holds) {
                throw new MalformedBytesException("what it says of " + key.key() + " among the " + key.section()
                        + " is not what block " + header.height() + " leads to");
            }
            values.put(key, holding.value());
        }
        return new ProvenState(header, values);
    }

    @Override
    public Digest chain() {
        return header.chain();
    }

    @Override
    public long height() {
        return header.height();
    }

    @Override
    public long time() {
        return header.time();
    }

    @Override
    public Optional<Account> account(Digest id) {
        return value(Section.ACCOUNTS, id, Account::read);
    }

    @Override
    public Optional<ModelEntry> model(Digest contentId) {
        return value(Section.MODELS, contentId, ModelEntry::read);
    }

    @Override
    public Optional<NodeEntry> node(Digest keyId) {
        return value(Section.NODES, keyId, NodeEntry::read);
    }

    @Override
    public Optional<Lease> lease(Digest id) {
        return value(Section.LEASES, id, Lease::read);
    }

    private <T> Optional<T> value(Section section, Digest key, Function<CanonicalReader, T> read) {
        Optional<Bytes> value = values.get(new StateKey(section, key));
        if (value == null) {
            throw new IllegalStateException(key + " among the " + section + " was not asked for");
        }
        return value.map(bytes -> read.apply(new CanonicalReader(bytes)));
    }
}
