package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.ledger.vote.Certificate.Seal;
import dev.candor.persistence.ledger.vote.Ed25519Signatures;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.ledger.vote.Vote;
import dev.candor.persistence.partition.PartitionEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Blocks of a {@link ValidatorFixture}'s ledger that all validators of their height signed, without a consensus. */
final class CertifiedChain {
    final List<Message.Decided> blocks = new ArrayList<>();
    private final ValidatorFixture network;
    private final Ledger ledger = new Ledger(new Ed25519Signatures(), EvidenceVerifier.refusingAll());
    private final Map<Bytes, PeerIdentity> signers = new HashMap<>();
    private LedgerState state;

    CertifiedChain(ValidatorFixture network) {
        this.network = network;
        this.state = network.genesis.state();
        network.keys.forEach(this::knows);
    }

    /** May sign from now on. */
    void knows(PeerIdentity validator) {
        signers.put(validator.publicKey(), validator);
    }

    LedgerState state() {
        return state;
    }

    /** A block with the operator's transactions. */
    CertifiedChain operator(Action... actions) {
        long nonce = state.accounts()
                .get(Account.of(network.operator.publicKey()))
                .orElse(Account.EMPTY)
                .nonce();
        List<Transaction> transactions = new ArrayList<>();
        for (Action action : actions) {
            transactions.add(network.signed(network.operator, nonce++, action));
        }
        return add(transactions, List.of());
    }

    /** A block after which these certify; the newcomers among them are registered in it. */
    CertifiedChain change(List<PeerIdentity> to) {
        List<Action> actions = new ArrayList<>();
        for (PeerIdentity each : to) {
            knows(each);
            if (state.nodes().get(ValidatorSet.keyId(each.publicKey())).isEmpty()) {
                actions.add(new Action.RegisterNode(
                        each.publicKey(),
                        Set.of(NodeEntry.Role.VALIDATOR),
                        Account.of(network.operator.publicKey()),
                        0,
                        Long.MAX_VALUE,
                        Digest.ZERO));
            }
        }
        actions.add(new Action.ChangeValidators(
                ValidatorSet.of(to.stream().map(PeerIdentity::publicKey).toList())));
        return operator(actions.toArray(Action[]::new));
    }

    /** A block with a new receipt of a partition. */
    CertifiedChain receipt(int partition) {
        network.commit(partition, 1);
        long last = state.partitions().get(partition).sequenceNr();
        List<PartitionEvent> all = network.events.get(partition);
        return add(
                List.of(), List.of(new Segment(partition, last + 1, List.copyOf(all.subList((int) last, all.size())))));
    }

    private CertifiedChain add(List<Transaction> transactions, List<Segment> segments) {
        Ledger.Built built = ledger.build(state, state.time() + 100, transactions, segments);
        if (!built.dropped().isEmpty()) {
            throw new IllegalStateException(built.dropped().toString());
        }
        blocks.add(certified(built.block(), state.validators()));
        state = built.applied().state();
        return this;
    }

    /** The block under signatures of all of these. */
    Message.Decided certified(Block block, ValidatorSet validators) {
        Vote vote = Vote.on(Vote.Kind.COMMIT, block.header().height(), 0, block.hash());
        Bytes message = vote.signedBytes(network.genesis.digest());
        List<Seal> seals = new ArrayList<>();
        for (int i = 0; i < validators.size(); i++) {
            PeerIdentity signer = signers.get(validators.keys().get(i));
            seals.add(new Seal(i, signer.key().sign(message)));
        }
        return new Message.Decided(block, new Certificate(vote, seals));
    }
}
