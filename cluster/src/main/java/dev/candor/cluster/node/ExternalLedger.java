package dev.candor.cluster.node;

import dev.candor.actors.gateway.Admission;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.cluster.proof.ProofLedger;
import dev.candor.cluster.rest.FinalityLookup;
import dev.candor.cluster.rest.PublicStats;
import dev.candor.cluster.rest.StatsSource;
import dev.candor.cluster.validator.FeedDoor;
import dev.candor.cluster.validator.FiguresClient;
import dev.candor.cluster.validator.FinalityClient;
import dev.candor.cluster.validator.GenesisFile;
import dev.candor.cluster.validator.PeerIdentity;
import dev.candor.cluster.validator.StateClient;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.allowance.AllowanceSettings;
import dev.candor.persistence.ledger.state.Parameters;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A ledger that validators in processes of their own keep: this node has the events for them, and asks them what is final. */
final class ExternalLedger implements ReceiptFinality {
    private static final Logger LOG = LoggerFactory.getLogger(ExternalLedger.class);

    /** A request waits for what is looked up: who does not answer soon is not waited for. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    private static final Duration ANSWER = Duration.ofSeconds(1);

    private final FeedDoor door;
    private final FinalityClient validators;
    private final FiguresClient figures;
    private final StateClient state;
    private final Optional<NodeAllowances> allowances;

    private ExternalLedger(
            FeedDoor door, FinalityClient validators, StateClient state, Optional<NodeAllowances> allowances) {
        this.door = door;
        this.validators = validators;
        this.state = state;
        this.allowances = allowances;
        figures = new FiguresClient(validators);
    }

    /**
     * Opens the feed's door.
     *
     * @throws IOException where the ledger is of another network, or the port cannot be had
     */
    static ExternalLedger start(LedgerSettings.External settings, Genesis network, NodeFeed feed, SigningKey executor)
            throws IOException {
        LedgerGenesis genesis = GenesisFile.read(settings.genesis());
        if (!genesis.genesis().equals(network)) {
            throw new IOException(
                    "the ledger of " + settings.genesis() + " was begun for another network than the one in"
                            + " this node's journal, which is older than the ledger: begin the ledger with that network's"
                            + " record, or give the node another journal");
        }
        SigningKey key = NodeParts.signingKey(settings.key());
        PeerIdentity self = PeerIdentity.load(settings.key());
        FinalityClient validators = FinalityClient.of(self, settings.validators(), genesis);
        try {
            FeedDoor door = FeedDoor.open(
                    settings.feed().host(), settings.feed().port(), self, settings.validators(), genesis, feed);
            LOG.info(
                    "The ledger {} is kept by {} validators; they know this node by the key {}, to be registered as a gateway, and have events from port {}."
                            + " Its executor's key, to be registered, is {}",
                    genesis.digest(),
                    settings.validators().size(),
                    key.publicKey().toBase64(),
                    door.port(),
                    executor.publicKey().toBase64());
            StateClient state = new StateClient(validators, LOOK, ANSWER);
            return new ExternalLedger(
                    door,
                    validators,
                    state,
                    settings.allowance()
                            .map(each ->
                                    allowances(state, each.within(genesis.parameters()), genesis.parameters(), key)));
        } catch (IOException e) {
            validators.close();
            throw e;
        }
    }

    /** What is known of a price is half a margin old at most; the other half is for blocks that lag. */
    private static NodeAllowances allowances(
            StateClient state, AllowanceSettings settings, Parameters rules, SigningKey key) {
        ModelPrices prices = ProvenPrices.start(state, rules, settings.margin().dividedBy(2), System::nanoTime);
        return NodeAllowances.start(state, prices, settings, key);
    }

    @Override
    public Optional<FinalityLookup.InBlock> blockOf(int partition, long sequenceNr) {
        try {
            return validators
                    .blockOf(partition, sequenceNr)
                    .map(each -> ReceiptFinality.inBlock(each.block(), each.certificate()));
        } catch (IOException e) {
            throw new RefusedException(ErrorCode.NOT_READY, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public StatsSource stats(Executor blocking) {
        return new RecentStats(this::stated, blocking, System::nanoTime);
    }

    private PublicStats stated() {
        try {
            FiguresClient.Stated stated = figures.stats();
            return new PublicStats(
                    stated.figures(), Optional.of(new PublicStats.StatedBy(stated.by(), stated.needed())));
        } catch (IOException e) {
            throw new RefusedException(ErrorCode.NOT_READY, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Admission admission() {
        return allowances.<Admission>map(each -> each).orElse(Admission.FREE);
    }

    /** The node has neither the operators' key nor the state of these validators. */
    @Override
    public Optional<ProofLedger> proofs() {
        return Optional.empty();
    }

    @Override
    public void close() {
        allowances.ifPresent(NodeAllowances::close);
        state.close();
        door.close();
        validators.close();
    }
}
