package dev.candor.cluster.node;

import dev.candor.actors.gateway.Admission;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.cluster.rest.FinalityLookup;
import dev.candor.cluster.rest.PublicStats;
import dev.candor.cluster.rest.StatsSource;
import dev.candor.cluster.validator.FeedDoor;
import dev.candor.cluster.validator.FiguresClient;
import dev.candor.cluster.validator.FinalityClient;
import dev.candor.cluster.validator.GenesisFile;
import dev.candor.cluster.validator.PeerIdentity;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.ledger.LedgerGenesis;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A ledger that validators in processes of their own keep: this node has the events for them, and asks them what is final. */
final class ExternalLedger implements ReceiptFinality {
    private static final Logger LOG = LoggerFactory.getLogger(ExternalLedger.class);

    private final FeedDoor door;
    private final FinalityClient validators;
    private final FiguresClient figures;

    private ExternalLedger(FeedDoor door, FinalityClient validators) {
        this.door = door;
        this.validators = validators;
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
                    "The ledger {} is kept by {} validators; they know this node by the key {} and have events from port {}."
                            + " Its executor's key, to be registered, is {}",
                    genesis.digest(),
                    settings.validators().size(),
                    key.publicKey().toBase64(),
                    door.port(),
                    executor.publicKey().toBase64());
            return new ExternalLedger(door, validators);
        } catch (IOException e) {
            validators.close();
            throw e;
        }
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

    /** The balances are in the validators' state, which this node does not hold: what a caller cannot pay becomes debt. */
    @Override
    public Admission admission() {
        return Admission.FREE;
    }

    @Override
    public void close() {
        door.close();
        validators.close();
    }
}
