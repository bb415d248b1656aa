package dev.candor.persistence.ledger.validator;

import static dev.candor.persistence.ledger.LedgerFixture.CALLER;
import static dev.candor.persistence.ledger.LedgerFixture.GENESIS;
import static dev.candor.persistence.ledger.LedgerFixture.batch;
import static dev.candor.persistence.ledger.LedgerFixture.leaf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.journal.JournalException;
import dev.candor.persistence.journal.sqlite.SqliteSettings;
import dev.candor.persistence.journal.sqlite.SqliteValidatorJournal;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.consensus.Consensus;
import dev.candor.persistence.ledger.consensus.JournalEntry;
import dev.candor.persistence.ledger.consensus.Signer;
import dev.candor.persistence.ledger.replay.LedgerExport;
import dev.candor.persistence.ledger.replay.LedgerReplay;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.state.Settlement;
import dev.candor.persistence.ledger.stats.BlockFigures;
import dev.candor.persistence.ledger.stats.LedgerStats;
import dev.candor.persistence.ledger.stats.MemoryFigures;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ValidatorTest {
    private static final LedgerGenesis ALONE = new LedgerGenesis(
            GENESIS.genesis(), GENESIS.parameters(), GENESIS.operators(), LedgerFixture.validators(10));

    @TempDir
    private Path folder;

    private final Map<Integer, Validator> running = new ConcurrentHashMap<>();
    private final Map<Integer, PartitionFeed> feeds = new TreeMap<>();
    private final Map<Integer, List<PartitionEvent>> events = new TreeMap<>();
    private UnaryOperator<ValidatorJournal> around = journal -> journal;
    private ValidatorMeter meter = ValidatorMeter.NONE;
    private long receipts;

    @AfterEach
    void stop() {
        running.values().forEach(Validator::close);
    }

    private SqliteSettings sqlite(int number) {
        return new SqliteSettings(
                folder.resolve("validator-" + number),
                1,
                100,
                1 << 20,
                100,
                100,
                Duration.ofSeconds(5),
                1 << 20,
                1 << 20,
                1 << 20,
                1 << 24);
    }

    private Validator start(int number, LedgerGenesis genesis) {
        ValidatorJournal journal = SqliteValidatorJournal.open(sqlite(number));
        if (journal.genesis().isEmpty()) {
            journal.begin(genesis);
        }
        Bytes key = FakeSignatures.key(number);
        Signer signer = new Signer() {
            @Override
            public Bytes publicKey() {
                return key;
            }

            @Override
            public Bytes sign(Bytes message) {
                return FakeSignatures.sign(key, message);
            }
        };
        PartitionFeed feed = new PartitionFeed(GENESIS.genesis().partitions());
        feeds.put(number, feed);
        Validator validator = Validator.start(
                new Validator.Parts(
                        new Consensus(new FakeSignatures(), signer, 500),
                        new Ledger(new FakeSignatures(), EvidenceVerifier.refusingAll()),
                        around.apply(journal),
                        feed,
                        (to, message) -> running.forEach((other, peer) -> {
                            if (other != number
                                    && to.map(each -> each.equals(FakeSignatures.key(other)))
                                            .orElse(true)) {
                                peer.receive(key, message);
                            }
                        }),
                        new ValidatorSettings(
                                Duration.ofMillis(5),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(2),
                                Duration.ofMillis(5),
                                4),
                        InstantSource.system()),
                meter);
        running.put(number, validator);
        events.forEach((partition, all) -> {
            for (int i = 0; i < all.size(); i++) {
                feed.offer(partition, i + 1, all.get(i));
            }
        });
        return validator;
    }

    /** A partition commits receipts: every validator's feed has them. */
    private void commit(int partition, int count) {
        commit(partition, count, VerificationMode.VANILLA);
    }

    private void commit(int partition, int count, VerificationMode mode) {
        List<PartitionEvent> log = events.computeIfAbsent(partition, _ -> new ArrayList<>());
        if (log.isEmpty()) {
            append(partition, new Opened(1, Digest.ZERO));
        }
        List<Bytes> batch = batch(IntStream.range(0, count)
                .mapToObj(_ -> leaf(partition, ++receipts, CALLER, mode))
                .toList());
        append(
                partition,
                new ReceiptsCommitted(
                        1,
                        PartitionCodec.hash(log.getLast()),
                        batch.stream()
                                .map(each -> new Entry(each, Optional.empty()))
                                .toList()));
    }

    private void append(int partition, PartitionEvent event) {
        List<PartitionEvent> log = events.get(partition);
        log.add(event);
        running.keySet().forEach(number -> feeds.get(number).offer(partition, log.size(), event));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static boolean isFinal(Validator validator, int partition, long sequenceNr) {
        return validator.heightOf(partition, sequenceNr).isPresent();
    }

    private static void setUp(Validator validator) throws Exception {
        for (Transaction each : LedgerFixture.setUp(validator.ledger())) {
            validator.submit((Transaction.Signed) each).toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void makesReceiptsFinalAndMakesNoBlockWithoutWork() throws Exception {
        Validator validator = start(10, ALONE);
        setUp(validator);
        commit(0, 3);
        await(() -> isFinal(validator, 0, 2));
        long height = validator.ledger().height();
        assertThat(validator.heightOf(0, 2)).hasValue(height);
        assertThat(validator.heightOf(0, 3)).isEmpty();
        Transaction deposit = LedgerFixture.operator(validator.ledger(), new Action.Deposit(CALLER, new Amount(1)))
                .getFirst();
        assertThat(validator
                        .submit((Transaction.Signed) deposit)
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS))
                .isEqualTo(height + 1);
        assertThatThrownBy(() -> validator
                        .submit((Transaction.Signed) deposit)
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS))
                .hasMessageContaining("was used");
    }

    @Test
    void aDeadlineThatPassesMakesABlockWhereNothingElseHappens() throws Exception {
        Parameters p = GENESIS.parameters();
        Parameters soon = new Parameters(
                p.defaultPrices(),
                p.feePpm(),
                p.proofDeadline(),
                200,
                p.challengeWindow(),
                p.disproofPenalty(),
                p.equivocationPenalty(),
                p.rewardPpm(),
                p.unbonding(),
                p.longestLease(),
                p.leaseGrace(),
                p.priceNotice());
        Validator validator = start(
                10, new LedgerGenesis(GENESIS.genesis(), soon, GENESIS.operators(), LedgerFixture.validators(10)));
        setUp(validator);
        commit(0, 1, VerificationMode.TEE);
        await(() -> validator.ledger().settlements().size() == 1);
        await(() -> validator.ledger().due().size() == 0);
        assertThat(validator
                        .ledger()
                        .settlements()
                        .first()
                        .orElseThrow()
                        .value()
                        .status())
                .isEqualTo(Settlement.Status.EXPIRED);
        assertThat(validator.ledger().height())
                .as("one block of the receipt, and one of its deadline")
                .isEqualTo(validator.heightOf(0, 2).orElseThrow() + 1);
    }

    @Test
    void tellsItsMeterOfBlocksOfWhatWaitsAndOfWhatItRefuses() throws Exception {
        RecordingMeter told = new RecordingMeter();
        meter = told;
        Validator validator = start(10, ALONE);
        setUp(validator);
        commit(0, 3);
        await(() -> isFinal(validator, 0, 2));
        await(() -> told.height.get() == validator.ledger().height());
        assertThat(told.transactions.get())
                .isEqualTo(LedgerFixture.setUp(LedgerFixture.GENESIS.state()).size());
        Transaction unpaid = LedgerFixture.operator(
                        validator.ledger(), new Action.Withdraw(Digest.sha256(Bytes.ofHex("77")), new Amount(1)))
                .getFirst();
        assertThatThrownBy(() -> validator
                        .submit((Transaction.Signed) unpaid)
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS))
                .isNotNull();
        await(() -> told.dropped.get() > 0);
        // A partition that the ledger cannot take in: its events wait.
        events.put(1, new ArrayList<>());
        append(1, new Opened(1, Digest.sha256(Bytes.ofHex("78"))));
        await(() -> told.events.get() == 1);
    }

    @Test
    void tellsItsMeterOfRoundsThatBroughtNoBlock() throws Exception {
        RecordingMeter told = new RecordingMeter();
        meter = told;
        // One of four: its height gets no block, round after round.
        Validator alone = start(10, GENESIS);
        assertThat(alone.submit(
                        (Transaction.Signed) LedgerFixture.setUp(alone.ledger()).getFirst()))
                .isNotNull();
        await(() -> told.rounds.get() > 0);
    }

    @Test
    void comesBackFromItsJournalToTheSameRoot() throws Exception {
        Validator first = start(10, ALONE);
        setUp(first);
        for (int i = 1; i <= 7; i++) {
            commit(1, i);
            int sequenceNr = i + 1;
            await(() -> isFinal(first, 1, sequenceNr));
        }
        running.remove(10);
        first.close();
        Validator again = start(10, ALONE);
        assertThat(again.ledger().root()).isEqualTo(first.ledger().root());
        assertThat(again.ledger().height()).isEqualTo(first.ledger().height());
        commit(1, 1);
        await(() -> again.ledger().partitions().get(1).log().size() == 29);
        assertThat(isFinal(again, 1, 9)).isTrue();
    }

    @Test
    void refusesAJournalThatWasTamperedWith() throws Exception {
        Validator first = start(10, ALONE);
        setUp(first);
        commit(1, 1);
        await(() -> isFinal(first, 1, 2));
        running.remove(10);
        first.close();
        Path file = folder.resolve("validator-10").resolve(SqliteValidatorJournal.FILE);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM snapshots");
            byte[] run;
            try (ResultSet row = statement.executeQuery("SELECT events FROM runs WHERE sequence_nr = 1")) {
                assertThat(row.next()).isTrue();
                run = row.getBytes(1);
            }
            run[Integer.BYTES + ByteBuffer.wrap(run).getInt() - 1] ^=
                    1; // the end of the first event: the hash that it follows
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE runs SET events = ? WHERE sequence_nr = 1")) {
                update.setBytes(1, run);
                assertThat(update.executeUpdate()).isOne();
            }
        }
        assertThatThrownBy(() -> start(10, ALONE))
                .isInstanceOf(JournalException.Refused.class)
                .hasMessageContaining("the validator's journal is damaged")
                .hasMessageContaining("partition 1");
    }

    /** Keeps what it is told. */
    private static final class RecordingMeter implements ValidatorMeter {
        private final AtomicLong height = new AtomicLong();
        private final AtomicLong transactions = new AtomicLong();
        private final AtomicLong rounds = new AtomicLong();
        private final AtomicLong events = new AtomicLong();
        private final AtomicLong dropped = new AtomicLong();

        @Override
        public void decided(Block block, int round, long nanos) {
            transactions.addAndGet(block.body().transactions().size());
            height.set(block.header().height());
        }

        @Override
        public void roundChanged(long ofHeight, int round) {
            rounds.incrementAndGet();
        }

        @Override
        public void pending(int waiting, long waitingEvents) {
            events.set(waitingEvents);
        }

        @Override
        public void dropped(List<Ledger.Dropped> all) {
            dropped.addAndGet(all.stream()
                    .filter(Ledger.Dropped.OfTransaction.class::isInstance)
                    .count());
        }
    }

    private AtomicBoolean failingOnceWhenSet() {
        AtomicBoolean fails = new AtomicBoolean();
        around = journal -> (ValidatorJournal) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ValidatorJournal.class}, (_, method, arguments) -> {
                    if (method.getName().equals("finish") && fails.getAndSet(false)) {
                        throw new JournalException.Unavailable("the disk is full");
                    }
                    return method.invoke(journal, arguments);
                });
        return fails;
    }

    @Test
    void goesOnAfterItsJournalFailed() throws Exception {
        AtomicBoolean fails = failingOnceWhenSet();
        Validator validator = start(10, ALONE);
        setUp(validator);
        fails.set(true);
        commit(2, 2);
        await(() -> isFinal(validator, 2, 2));
        assertThat(fails).isFalse();
        assertThat(validator.halted()).isEmpty();
    }

    @Test
    void aPartitionWithAnUnknownExecutorStandsStillAndTheOthersGoOn() throws Exception {
        Validator validator = start(10, ALONE);
        commit(0, 1);
        validator
                .submit((Transaction.Signed)
                        LedgerFixture.operator(validator.ledger(), new Action.Deposit(CALLER, new Amount(5)))
                                .getFirst())
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        assertThat(isFinal(validator, 0, 2)).isFalse();
        long height = validator.ledger().height();
        assertThat(validator
                        .submit((Transaction.Signed) LedgerFixture.operator(
                                        validator.ledger(),
                                        LedgerFixture.node(LedgerFixture.EXECUTOR, NodeEntry.Role.EXECUTOR))
                                .getFirst())
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS))
                .isEqualTo(height + 1);
        await(() -> isFinal(validator, 0, 2));
    }

    @Test
    void fourValidatorsGoOnWithoutOneAndItCatchesUp() throws Exception {
        for (int number : new int[] {10, 11, 12, 13}) {
            start(number, GENESIS);
        }
        List<Transaction> setUp = LedgerFixture.setUp(GENESIS.state());
        for (Transaction each : setUp) {
            running.values().forEach(validator -> validator.submit((Transaction.Signed) each));
        }
        commit(0, 2);
        for (Validator each : running.values()) {
            await(() -> isFinal(each, 0, 2));
        }
        running.remove(12).close();
        for (int i = 0; i < 5; i++) {
            commit(i % 4, 1);
        }
        for (Validator each : running.values()) {
            await(() -> isFinal(each, 0, events.get(0).size()) && isFinal(each, 3, 2));
        }
        Validator back = start(12, GENESIS);
        commit(1, 1);
        for (Validator each : running.values()) {
            await(() -> isFinal(each, 1, events.get(1).size()));
        }
        await(() -> running.values().stream()
                        .map(each -> each.ledger().root())
                        .distinct()
                        .count()
                == 1);
        assertThat(back.halted()).isEmpty();
    }

    private Path export() throws Exception {
        Path file = folder.resolve("ledger.jsonl");
        try (ValidatorJournal journal = SqliteValidatorJournal.read(sqlite(10));
                LedgerExport export = LedgerExport.open(file, journal.genesis().orElseThrow())) {
            for (long height = 1; height <= journal.height(); height++) {
                FinalBlock done = journal.block(height).orElseThrow();
                export.write(done.block(), done.certificate(), done.segments());
            }
        }
        return file;
    }

    private static LedgerStats recomputed(Path file) throws Exception {
        MemoryFigures figures = new MemoryFigures();
        try (InputStream in = Files.newInputStream(file)) {
            new LedgerReplay(
                            Optional.of(ALONE.digest()),
                            new FakeSignatures(),
                            EvidenceVerifier.refusingAll(),
                            (before, block, _, segments, entries, after) ->
                                    BlockFigures.add(before, block, segments, entries, after, figures))
                    .all(in);
        }
        return LedgerStats.of(figures);
    }

    @Test
    void itsFiguresAreThoseOfItsExport() throws Exception {
        AtomicBoolean fails = failingOnceWhenSet();
        Validator first = start(10, ALONE);
        setUp(first);
        commit(2, 2);
        await(() -> isFinal(first, 2, 2));
        fails.set(true);
        commit(2, 3);
        await(() -> isFinal(first, 2, 3));
        running.remove(10);
        first.close();
        Validator second = start(10, ALONE);
        commit(1, 4);
        await(() -> isFinal(second, 1, 2));

        assertThat(second.stats().blocks()).isEqualTo(second.ledger().height());
        assertThat(second.stats().days().stream()
                        .flatMap(day -> day.usage().stream())
                        .mapToLong(LedgerStats.Usage::answers)
                        .sum())
                .isEqualTo(9);
        assertThat(recomputed(export())).isEqualTo(second.stats());
    }

    @Test
    void countsAnewWhatWasNotCounted() throws Exception {
        Validator first = start(10, ALONE);
        setUp(first);
        commit(2, 2);
        await(() -> isFinal(first, 2, 2));
        LedgerStats stats = first.stats();
        running.remove(10);
        first.close();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + folder.resolve("validator-10").resolve(SqliteValidatorJournal.FILE));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM figures WHERE view = 'BLOCKS' OR view = 'USAGE'");
        }

        assertThat(start(10, ALONE).stats()).isEqualTo(stats);
    }

    @Test
    void itsJournalExportsWhileItRuns() throws Exception {
        Validator validator = start(10, ALONE);
        setUp(validator);
        commit(3, 4);
        await(() -> isFinal(validator, 3, 2));
        Path file = export();
        try (InputStream in = Files.newInputStream(file)) {
            LedgerReplay.Result result = new LedgerReplay(
                            Optional.of(ALONE.digest()),
                            new FakeSignatures(),
                            EvidenceVerifier.refusingAll(),
                            (_, _, _, _, _, _) -> {})
                    .all(in);
            assertThat(result.state().root()).isEqualTo(validator.ledger().root());
            assertThat(result.receipts()).isEqualTo(4);
        }
        assertThatThrownBy(() -> SqliteValidatorJournal.open(sqlite(10))).hasMessageContaining("in use");
    }

    @Test
    void votesAndLocksComeBackInTheirOrder() {
        try (SqliteValidatorJournal journal = SqliteValidatorJournal.open(sqlite(20))) {
            assertThat(journal.genesis()).isEmpty();
            assertThat(journal.height()).isZero();
            assertThat(journal.snapshot()).isEmpty();
            journal.begin(GENESIS);
            List<JournalEntry> entries = ValidatorEntries.some();
            journal.append(entries.subList(0, 1));
            journal.append(entries.subList(1, entries.size()));
            assertThat(journal.votes()).isEqualTo(entries);
            assertThat(journal.genesis()).contains(GENESIS);
        }
    }
}
