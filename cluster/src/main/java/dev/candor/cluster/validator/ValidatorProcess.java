package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.cluster.evidence.LedgerEvidence;
import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.journal.sqlite.SqliteValidatorJournal;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Advance;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.consensus.Consensus;
import dev.candor.persistence.ledger.consensus.Signer;
import dev.candor.persistence.ledger.feed.EventCheck;
import dev.candor.persistence.ledger.feed.FeedIntake;
import dev.candor.persistence.ledger.validator.PartitionFeed;
import dev.candor.persistence.ledger.validator.Validator;
import dev.candor.persistence.ledger.validator.ValidatorJournal;
import dev.candor.persistence.ledger.vote.Ed25519Signatures;
import dev.candor.persistence.ledger.wire.Position;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A validator that stands by itself: its own key, its own journal, signed messages to the others over mutual TLS, events from serving nodes. Thread-safe. */
public final class ValidatorProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ValidatorProcess.class);
    private static final long SYNC_MILLIS = 25;
    private static final int SYNC_PATIENCE = 40;

    private final Validator validator;
    private final PrometheusRegistry figures;
    private final LedgerDoor door;
    /** Closed in the reverse of their order. */
    private final Deque<AutoCloseable> parts;

    private ValidatorProcess(
            Validator validator, PrometheusRegistry figures, LedgerDoor door, Deque<AutoCloseable> parts) {
        this.validator = validator;
        this.figures = figures;
        this.door = door;
        this.parts = parts;
    }

    /**
     * Starts a validator; begins its journal where it is empty.
     *
     * @param seams {@link ValidatorSeams#NONE} outside of tests
     * @throws IOException where a file, the port or the journal cannot be had, with what to change; nothing keeps running then
     */
    public static ValidatorProcess start(ValidatorConfig config, ValidatorSeams seams) throws IOException {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            return start(config, seams, parts);
        } catch (JournalException e) {
            close(parts);
            throw new IOException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            close(parts);
            throw e;
        }
    }

    private static ValidatorProcess start(ValidatorConfig config, ValidatorSeams seams, Deque<AutoCloseable> parts)
            throws IOException {
        Files.createDirectories(config.dataDir());
        PeerIdentity self = PeerIdentity.load(config.key());
        LedgerGenesis genesis = GenesisFile.read(config.genesis());
        ValidatorJournal journal = SqliteValidatorJournal.open(config.journal());
        parts.push(journal);
        agree(journal, genesis);

        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("candor-validator-timer").daemon().factory());
        parts.push(timer::shutdownNow);
        PeerLinks links = new PeerLinks(self, config.peers(), timer);
        parts.push(links);
        Ed25519Signatures signatures = new Ed25519Signatures();
        PartitionFeed feed = new PartitionFeed(genesis.genesis().partitions());
        LedgerFigures counted = new LedgerFigures();
        PrometheusRegistry registry = new PrometheusRegistry();
        counted.register(registry);
        JvmMetrics.builder().register(registry);
        Validator validator = Validator.start(
                new Validator.Parts(
                        new Consensus(
                                signatures,
                                Signer.of(self.key()),
                                config.timing().timeout().toMillis()),
                        new Ledger(signatures, new LedgerEvidence()),
                        seams.journal().apply(journal),
                        feed,
                        seams.peers().apply(self, links),
                        config.timing(),
                        InstantSource.system()),
                counted);
        parts.push(validator);
        FiguresDesk figures = new FiguresDesk(() -> validator.ledger().height(), validator::stats);
        parts.push(figures);

        Predicate<Bytes> members = key -> genesis.validators().indexOf(key) >= 0
                || validator.ledger().validators().indexOf(key) >= 0;
        Set<Bytes> known = new HashSet<>(config.observers());
        known.add(self.publicKey());
        known.addAll(genesis.operators());
        config.peers().forEach(each -> known.add(each.key()));
        config.feeds().forEach(each -> known.add(each.key()));
        LedgerDoor door = LedgerDoor.open(
                new InetSocketAddress(config.host(), config.port()),
                self,
                key -> known.contains(key) || members.test(key),
                List.of(
                        new ValidatorService(validator, links, signatures, members, figures).definition(),
                        LedgerDoor.feed(positions -> finalEvents(validator, positions))));
        parts.push(door);

        BlockSync sync = new BlockSync(
                config.peers().stream().map(PeerAddress::key).toList(),
                () -> validator.ledger().height(),
                links,
                SYNC_PATIENCE);
        var _ = timer.scheduleWithFixedDelay(sync::tick, SYNC_MILLIS, SYNC_MILLIS, TimeUnit.MILLISECONDS);
        FeedIntake intake = new FeedIntake(
                feed, validator::ledger, new EventCheck(seams.feedSignatures().apply(signatures)));
        for (PeerAddress each : config.feeds()) {
            parts.push(new FeedPuller(LedgerClient.of(self, each), intake, () -> true));
        }
        // The other validators have what is final: whoever was away needs no serving node to catch up.
        for (PeerAddress each : config.peers()) {
            parts.push(new FeedPuller(LedgerClient.of(self, each), intake, validator::lacksEvents));
        }
        LOG.info(
                "Validates the ledger {} from height {} on",
                genesis.digest(),
                validator.ledger().height() + 1);
        return new ValidatorProcess(validator, registry, door, parts);
    }

    private static void agree(ValidatorJournal journal, LedgerGenesis genesis) throws IOException {
        Optional<LedgerGenesis> found = journal.genesis();
        if (found.isEmpty()) {
            journal.begin(genesis);
        } else if (!found.get().equals(genesis)) {
            throw new IOException(
                    "this journal belongs to the ledger " + found.get().digest()
                            + ", the genesis file is of the ledger " + genesis.digest()
                            + ": name its own genesis file, or another data-dir");
        }
    }

    /** The events of the next block behind each position, from the journal. */
    private static CompletionStage<List<Segment>> finalEvents(Validator validator, List<Position> positions) {
        List<Segment> found = new ArrayList<>();
        for (Position each : positions) {
            validator.heightOf(each.partition(), each.sequenceNr() + 1).stream()
                    .mapToObj(validator::block)
                    .flatMap(Optional::stream)
                    .findFirst()
                    .ifPresent(block -> {
                        List<Advance> advances = block.block().body().advances();
                        for (int i = 0; i < advances.size(); i++) {
                            if (advances.get(i).partition() == each.partition()) {
                                found.add(behind(block.segments().get(i), each.sequenceNr()));
                            }
                        }
                    });
        }
        return CompletableFuture.completedStage(found);
    }

    private static Segment behind(Segment segment, long sequenceNr) {
        int from = (int) Math.max(0, sequenceNr + 1 - segment.firstSequenceNr());
        return new Segment(
                segment.partition(),
                segment.firstSequenceNr() + from,
                segment.events().subList(from, segment.events().size()));
    }

    /** The validator. */
    public Validator validator() {
        return validator;
    }

    /** What it does, as figures. */
    public PrometheusRegistry figures() {
        return figures;
    }

    /** The port that it listens on. */
    public int port() {
        return door.port();
    }

    @Override
    public void close() {
        close(parts);
    }

    private static void close(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("A part of the validator did not close", e);
            }
        }
    }
}
