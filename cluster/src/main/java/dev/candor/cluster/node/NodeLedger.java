package dev.candor.cluster.node;

import com.typesafe.config.Config;
import dev.candor.actors.gateway.Admission;
import dev.candor.actors.gateway.Pseudonyms;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.evidence.LedgerEvidence;
import dev.candor.cluster.proof.ProofLedger;
import dev.candor.cluster.rest.FinalityLookup;
import dev.candor.cluster.rest.PublicStats;
import dev.candor.cluster.rest.StatsSource;
import dev.candor.cluster.validator.LedgerFigures;
import dev.candor.cluster.validator.OperatorDoor;
import dev.candor.cluster.validator.PeerIdentity;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.journal.JournalStores;
import dev.candor.persistence.journal.sqlite.SqliteValidatorJournal;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.consensus.Consensus;
import dev.candor.persistence.ledger.consensus.Signer;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.validator.PartitionFeed;
import dev.candor.persistence.ledger.validator.Peers;
import dev.candor.persistence.ledger.validator.Validator;
import dev.candor.persistence.ledger.validator.ValidatorJournal;
import dev.candor.persistence.ledger.vote.Ed25519Signatures;
import dev.candor.persistence.ledger.vote.OwnSignatures;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.partition.Partition;
import dev.candor.persistence.partition.PartitionEvent;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.javadsl.EventsByPersistenceIdQuery;
import org.apache.pekko.stream.RestartSettings;
import org.apache.pekko.stream.javadsl.RestartSource;
import org.apache.pekko.stream.javadsl.Sink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of a single node: one validator in this process, with a journal and keys of its own in the folder {@code ledger} of the node's data. Its certificates
 * say what this node's operator vouches for, no more.
 */
final class NodeLedger implements ReceiptFinality {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLedger.class);
    private static final RestartSettings FEED =
            RestartSettings.create(Duration.ofMillis(200), Duration.ofSeconds(5), 0.2);

    private static final String VALIDATOR_KEY = "ledger-validator.pem";
    private static final String PROVER_KEY = "ledger-prover.pem";

    private final Validator validator;
    private final LedgerFigures figures;
    private final OperatorDoor door;
    private final Optional<NodeAllowances> allowances;
    private final Optional<ProofLedger> proofs;

    private NodeLedger(
            Validator validator,
            LedgerFigures figures,
            OperatorDoor door,
            Optional<NodeAllowances> allowances,
            Optional<ProofLedger> proofs) {
        this.validator = validator;
        this.figures = figures;
        this.door = door;
        this.allowances = allowances;
        this.proofs = proofs;
    }

    /**
     * Starts the validator; empty where it is not switched on.
     *
     * @param receipts checks batches, and knows those that this node signed itself
     * @param pseudonyms of callers that are funded in development
     * @throws IOException where this node cannot keep a ledger, with what to change
     */
    static Optional<NodeLedger> start(
            Config config,
            NodeSettings node,
            ActorSystem<?> system,
            JournalStores stores,
            Genesis network,
            SigningKey executor,
            OwnSignatures receipts,
            Pseudonyms pseudonyms)
            throws IOException {
        LedgerSettings settings = LedgerSettings.of(config);
        if (!settings.enabled()) {
            return Optional.empty();
        }
        if (!stores.embeddedExclusive()) {
            throw new IOException(
                    "candor.ledger.enabled is true, but only a single node on the embedded journal can keep a"
                            + " ledger: set candor.ledger.enabled to false, or candor.journal.kind to sqlite");
        }
        SigningKey key = NodeParts.signingKey(node.dataDir().resolve(VALIDATOR_KEY));
        SigningKey operator = NodeParts.signingKey(node.dataDir().resolve(LedgerFiles.OPERATOR));
        SigningKey gateway = NodeParts.signingKey(settings.key());
        SigningKey prover = NodeParts.signingKey(node.dataDir().resolve(PROVER_KEY));
        LedgerEvidence evidence = new LedgerEvidence();
        ValidatorJournal journal = SqliteValidatorJournal.open(LedgerFolder.settings(config));
        boolean started = false;
        try {
            agree(journal, settings, network, key, operator);
            PartitionFeed feed = new PartitionFeed(network.partitions());
            LedgerFigures figures = new LedgerFigures();
            Validator validator = Validator.start(
                    new Validator.Parts(
                            new Consensus(
                                    new Ed25519Signatures(),
                                    Signer.of(key),
                                    settings.validator().timeout().toMillis()),
                            new Ledger(receipts, evidence),
                            journal,
                            feed,
                            Peers.NONE,
                            settings.validator(),
                            InstantSource.system()),
                    figures);
            started = true; // The validator closes its journal from here on.
            OperatorDoor door;
            try {
                door = door(node, settings.door(), validator, journal);
            } catch (IOException | RuntimeException e) {
                validator.close();
                throw e;
            }
            for (int partition = 0; partition < network.partitions(); partition++) {
                follow(system, stores.liveEvents(), feed, partition);
            }
            Map<NodeEntry.Role, SigningKey> own = new EnumMap<>(NodeEntry.Role.class);
            own.put(NodeEntry.Role.EXECUTOR, executor);
            if (settings.allowance().isPresent()) {
                own.put(NodeEntry.Role.GATEWAY, gateway);
            }
            if (settings.settlesProofs()) {
                own.put(NodeEntry.Role.PROVER, prover);
            }
            long nonce = register(validator, operator, own);
            DevAccounts dev = DevAccounts.of(config);
            if (!dev.accounts().isEmpty()) {
                fund(validator, operator, nonce, dev, pseudonyms);
            }
            Optional<NodeAllowances> allowances =
                    settings.allowance().map(each -> NodeAllowances.start(validator, each, gateway));
            LedgerState state = validator.ledger();
            LOG.info("Keeps the ledger {} from height {} on", state.chain(), state.height());
            Optional<ProofLedger> proofs = settings.settlesProofs()
                    ? Optional.of(new OwnProofLedger(
                            validator,
                            evidence,
                            new ReceiptPlaces(validator, journal.genesis().orElseThrow(), evidence),
                            operator,
                            prover))
                    : Optional.empty();
            return Optional.of(new NodeLedger(validator, figures, door, allowances, proofs));
        } finally {
            if (!started) {
                journal.close();
            }
        }
    }

    /** Begins the ledger, or holds this node against the one that is there. */
    private static void agree(
            ValidatorJournal journal, LedgerSettings settings, Genesis network, SigningKey key, SigningKey operator)
            throws IOException {
        LedgerGenesis wanted = new LedgerGenesis(
                network,
                settings.rules(),
                List.of(operator.publicKey().raw()),
                ValidatorSet.of(List.of(key.publicKey().raw())));
        Optional<LedgerGenesis> found = journal.genesis();
        if (found.isEmpty()) {
            journal.begin(wanted);
            return;
        }
        LedgerGenesis there = found.get();
        if (!there.genesis().equals(network)) {
            throw new IOException(
                    "the ledger in this node's data belongs to another network than its journal: give the node"
                            + " the data folder that belongs to its journal");
        }
        if (!there.parameters().equals(settings.rules())) {
            throw new IOException(
                    "candor.ledger.rules differ from those that this ledger began with, which never change: set"
                            + " them to " + there.parameters());
        }
        if (!there.equals(wanted)) {
            throw new IOException(
                    "the keys ledger-validator.pem and ledger-operator.pem are not those that this ledger began"
                            + " with: restore them");
        }
    }

    /** The embedded journal has one writer, so whatever is in it counts; only a voided event, which another journal may have, would have to be left out. */
    private static void follow(
            ActorSystem<?> system, EventsByPersistenceIdQuery events, PartitionFeed feed, int partition) {
        RestartSource.onFailuresWithBackoff(
                        FEED,
                        () -> events.eventsByPersistenceId(
                                        Partition.persistenceId(partition), feed.next(partition), Long.MAX_VALUE)
                                .mapAsync(1, envelope -> feed.offer(partition, envelope.sequenceNr(), event(envelope))))
                .runWith(Sink.ignore(), system);
    }

    private static PartitionEvent event(EventEnvelope envelope) {
        if (envelope.event() instanceof PartitionEvent event) {
            return event;
        }
        throw new JournalException.Refused("event " + envelope.sequenceNr() + " of " + envelope.persistenceId()
                + " is a " + envelope.event().getClass().getName());
    }

    /** Receipts of a key that the ledger does not know stop their partition, and only a gateway leases allowances: this node's own keys go in first. */
    private static long register(Validator validator, SigningKey operator, Map<NodeEntry.Role, SigningKey> own) {
        LedgerState state = validator.ledger();
        Bytes operatorKey = operator.publicKey().raw();
        Digest account = Account.of(operatorKey);
        long nonce = state.accounts().get(account).orElse(Account.EMPTY).nonce();
        for (Map.Entry<NodeEntry.Role, SigningKey> each : own.entrySet()) {
            Bytes key = each.getValue().publicKey().raw();
            if (state.nodes().get(ValidatorSet.keyId(key)).isPresent()) {
                continue;
            }
            Action action =
                    new Action.RegisterNode(key, Set.of(each.getKey()), account, 0, Long.MAX_VALUE, Digest.ZERO);
            submit(validator, operator, nonce, action, "This node's key as " + each.getKey());
            nonce++;
        }
        return nonce;
    }

    private static void submit(Validator validator, SigningKey operator, long nonce, Action action, String what) {
        Bytes key = operator.publicKey().raw();
        Bytes message = Transaction.Signed.message(validator.ledger().chain(), key, nonce, action);
        validator
                .submit(new Transaction.Signed(key, nonce, action, operator.sign(message), Optional.empty()))
                .whenComplete((height, failure) -> {
                    if (failure == null) {
                        LOG.info("{} is in block {}", what, height);
                    } else {
                        LOG.error("{} did not come into a block", what, failure);
                    }
                });
    }

    /** Accounts of development, and callers without credentials, get money once. */
    private static void fund(
            Validator validator, SigningKey operator, long first, DevAccounts dev, Pseudonyms pseudonyms) {
        List<String> callers = new ArrayList<>(
                dev.accounts().stream().map(DevAccounts.Account::caller).toList());
        callers.add("anonymous");
        long nonce = first;
        for (String caller : callers) {
            Digest account = pseudonyms.caller(caller);
            if (validator.ledger().accounts().get(account).isEmpty()) {
                submit(
                        validator,
                        operator,
                        nonce++,
                        new Action.Deposit(account, new Amount(dev.funds())),
                        "Money for " + caller);
            }
        }
    }

    /** Operators find the door by these files: `candor validator submit --data` reads them. */
    private static OperatorDoor door(
            NodeSettings node, NodeSettings.Listen listen, Validator validator, ValidatorJournal journal)
            throws IOException {
        PeerIdentity self = PeerIdentity.load(node.dataDir().resolve(VALIDATOR_KEY));
        LedgerGenesis genesis = journal.genesis().orElseThrow();
        OperatorDoor door =
                OperatorDoor.open(listen.host(), listen.port(), self, validator, genesis, new Ed25519Signatures());
        new LedgerFiles(node.dataDir())
                .write(genesis, self.key().publicKey().toBase64() + "@" + listen.host() + ":" + door.port());
        return door;
    }

    /** Reads the validator's journal. */
    @Override
    public Optional<FinalityLookup.InBlock> blockOf(int partition, long sequenceNr) {
        return validator.heightOf(partition, sequenceNr).stream()
                .mapToObj(validator::block)
                .flatMap(Optional::stream)
                .findFirst()
                .map(done -> ReceiptFinality.inBlock(done.block(), done.certificate()));
    }

    @Override
    public void register(PrometheusRegistry registry) {
        figures.register(registry);
    }

    @Override
    public StatsSource stats(Executor blocking) {
        return new RecentStats(() -> PublicStats.own(validator.stats()), blocking, System::nanoTime);
    }

    @Override
    public Admission admission() {
        return allowances.<Admission>map(each -> each).orElse(Admission.FREE);
    }

    @Override
    public Optional<ProofLedger> proofs() {
        return proofs;
    }

    private record OwnProofLedger(
            Validator validator,
            EvidenceVerifier evidence,
            ReceiptPlaces places,
            SigningKey operator,
            SigningKey prover)
            implements ProofLedger {
        @Override
        public LedgerState state() {
            return validator.ledger();
        }

        @Override
        public CompletionStage<Long> submit(Transaction.Signed transaction) {
            return validator.submit(transaction);
        }

        @Override
        public Optional<Place> place(Bytes receipt, int partition) {
            return places.find(receipt, partition);
        }
    }

    @Override
    public void close() {
        allowances.ifPresent(NodeAllowances::close);
        door.close();
        validator.close();
    }
}
