package dev.candor.persistence.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.blob.BlobStore;
import dev.candor.persistence.blob.FolderBlobStore;
import dev.candor.persistence.export.JournalExport;
import dev.candor.persistence.fakes.FakeAnswers;
import dev.candor.persistence.fakes.FakeControl;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.journal.JournalStores;
import dev.candor.persistence.partition.Partition;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import dev.candor.persistence.partition.PartitionState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.EventsByPersistenceIdQuery;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader sees is the same whatever is sealed, removed or failed, on logs with late events of fenced owners in any place. */
final class SealerTest {
    private static final ActorTestKit KIT = ActorTestKit.create(ConfigFactory.load());

    @TempDir
    private Path folder;

    @AfterAll
    static void close() {
        KIT.shutdownTestKit();
    }

    @Test
    void readersSeeTheSameWhateverIsSealedAndRemoved() throws Exception {
        int removed = 0;
        for (int seed = 0; seed < 14; seed++) {
            Log log = new Log(seed, 20 + seed);
            String before = log.export();
            Sealer sealer =
                    log.sealer(new SealSettings(true, 1 + seed % 7, 1 << 20, 2 + seed % 5, Duration.ZERO, true));
            for (int segments = 0; get(sealer.seal(0)).isPresent(); segments++) {
                assertThat(log.export())
                        .as("seed %d, segment %d", seed, segments)
                        .isEqualTo(before);
                assertThat(log.recovered())
                        .as("seed %d, segment %d", seed, segments)
                        .isEqualTo(log.whole());
            }
            removed += log.removed;
            assertThat(log.rows.size() + log.removed).isEqualTo(log.size);
        }
        assertThat(removed).isGreaterThan(100);
    }

    @Test
    void aSegmentThatEndsBeforeItIsSettledWhichEventsCountIsNoticed() throws Exception {
        int noticed = 0;
        for (int seed = 0; seed < 20; seed++) {
            Log log = new Log(seed, 40);
            Sealer mutant = log.sealer(new SealSettings(true, 1, 1 << 20, 2, Duration.ZERO, true), _ -> true);
            try {
                while (get(mutant.seal(0)).isPresent()) {
                    log.recovered();
                }
            } catch (ExecutionException | RuntimeException e) {
                noticed++;
            }
        }
        assertThat(noticed).isGreaterThan(10);
    }

    @Test
    void rowsStayUntilTheirSegmentCanBeReadBack() throws Exception {
        Log log = new Log(1, 40);
        String before = log.export();
        Sealer sealer = log.sealer(new SealSettings(true, 10, 1 << 20, 5, Duration.ZERO, true));
        Seal.Part first = get(sealer.seal(0)).orElseThrow();
        assertThat(log.removed).as("its rows may be read just now").isZero();
        Path blob = log.file(first);
        byte[] bytes = Files.readAllBytes(blob);
        byte[] changed = bytes.clone();
        changed[bytes.length - 1] ^= 1;
        Files.write(blob, changed);
        assertThatThrownBy(() -> get(sealer.seal(0)))
                .hasMessageContaining("no rows of partition 0 leave the journal")
                .hasMessageContaining(first.blob().toHex());
        assertThat(log.removed).isZero();
        assertThatThrownBy(log::export)
                .hasMessageContaining("segment " + first.blob())
                .hasMessageContaining("restore it from a backup");
        Files.write(blob, bytes);
        assertThat(get(sealer.seal(0))).isPresent();
        assertThat(log.removed).isPositive();
        assertThat(log.export()).isEqualTo(before);
    }

    @Test
    void whatFailsOnTheWayLosesNothing() throws Exception {
        Log log = new Log(2, 60);
        String before = log.export();
        Sealer sealer = log.sealer(new SealSettings(true, 10, 1 << 20, 5, Duration.ZERO, true));
        log.control.failing(true);
        assertThatThrownBy(() -> get(sealer.seal(0))).hasMessageContaining("the control store fails");
        log.control.failing(false);
        assertThat(get(sealer.seal(0))).isPresent();
        log.removalFails = true;
        assertThatThrownBy(() -> get(sealer.seal(0))).hasMessageContaining("rows stay");
        assertThat(log.export()).isEqualTo(before);
        assertThat(log.recovered()).isEqualTo(log.whole());
        log.removalFails = false;
        assertThat(get(sealer.seal(0))).isPresent();
        assertThat(log.removed).isPositive();
        assertThat(log.export()).isEqualTo(before);
        try (Stream<Path> left = Files.list(log.copies)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void oneOfTwoSealersWinsAndTheOtherChangesNothing() throws Exception {
        Log log = new Log(3, 60);
        String before = log.export();
        SealSettings settings = new SealSettings(true, 10, 1 << 20, 5, Duration.ZERO, true);
        CompletionStage<Optional<Seal.Part>> one = log.sealer(settings).seal(0);
        CompletionStage<Optional<Seal.Part>> other = log.sealer(settings).seal(0);
        assertThat(Stream.of(get(one), get(other)).flatMap(Optional::stream).distinct())
                .as("whoever comes second loses, or seals the next segment")
                .isNotEmpty();
        assertThat(get(new Seals(log.control).of(0)).parts().getFirst().from()).isEqualTo(1);
        assertThat(log.export()).isEqualTo(before);
    }

    @Test
    void sealsAndSettingsThatCannotBeAreRefused() {
        PartitionState state = PartitionState.EMPTY.apply(1, new Opened(1, Digest.ZERO));
        assertThatThrownBy(() -> new Seal(List.of(new Seal.Part(2, 3, Digest.ZERO, 1)), state))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("the next one begins at event 1");
        assertThatThrownBy(() -> new Seal(List.of(), state))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("the segments end at event 0");
        Bytes encoded = new Seal(List.of(new Seal.Part(1, 1, Fakes.digest("blob"), 9)), state).encode();
        assertThat(Seal.decode(encoded).encode()).isEqualTo(encoded);
        for (int cut = 0; cut < encoded.length(); cut++) {
            Bytes part = Bytes.wrap(Arrays.copyOf(encoded.toArray(), cut));
            assertThatThrownBy(() -> Seal.decode(part)).isInstanceOf(MalformedBytesException.class);
        }
        assertThatThrownBy(() -> new SealSettings(true, 1, 1, 1, Duration.ZERO, true))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("keep is 2 or more");
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private record Row(long sequenceNr, PartitionEvent event) {}

    /** One partition's rows in a journal that keeps every row of a number, and what is sealed of them. */
    private final class Log implements CurrentEventsByPersistenceIdQuery, EventsByPersistenceIdQuery {
        private final FakeControl control = new FakeControl();
        private final Path copies = folder.resolve("copies-" + System.nanoTime());
        private final Path store = folder.resolve("blobs-" + System.nanoTime());
        private final BlobStore blobs;
        private final int size;
        private final SealedEvents events;
        private List<Row> rows;
        private int removed;
        private boolean removalFails;

        Log(long seed, int length) throws IOException {
            blobs = new FolderBlobStore(store, InstantSource.system());
            rows = history(new Random(seed), length);
            size = rows.size();
            AnswerStore answers = new FakeAnswers();
            events = new SealedEvents(
                    new JournalStores(answers, control, this, this, Source::empty, true), blobs, copies);
        }

        Sealer sealer(SealSettings settings) {
            return sealer(settings, state -> !state.hasRivals());
        }

        Sealer sealer(SealSettings settings, Predicate<PartitionState> settled) {
            return new Sealer(
                    KIT.system(),
                    this,
                    this::remove,
                    new Seals(control),
                    blobs,
                    copies,
                    settings,
                    Runnable::run,
                    settled);
        }

        Path file(Seal.Part part) {
            String hex = part.blob().toHex();
            return store.resolve(hex.substring(0, 2))
                    .resolve(hex.substring(2, 4))
                    .resolve(hex);
        }

        String export() throws Exception {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            get(new JournalExport(KIT.system(), events).write(1, out));
            return out.toString(StandardCharsets.UTF_8);
        }

        /** What an owner comes to that has the seal and the journal's rows, and no snapshot. */
        PartitionState recovered() throws Exception {
            PartitionState state = get(new Seals(control).of(0)).state();
            long sealed = state.sequenceNr();
            for (Row row : rows) {
                state = row.sequenceNr() <= sealed ? state : state.apply(row.sequenceNr(), row.event());
            }
            return plain(state);
        }

        private PartitionState whole() {
            return whole;
        }

        private PartitionState whole = PartitionState.EMPTY;

        private CompletionStage<Void> remove(String id, long to) {
            assertThat(id).isEqualTo(Partition.persistenceId(0));
            if (removalFails) {
                return CompletableFuture.failedStage(new IllegalStateException("rows stay"));
            }
            List<Row> left = rows.stream().filter(row -> row.sequenceNr() > to).toList();
            removed += rows.size() - left.size();
            rows = left;
            return CompletableFuture.completedStage(null);
        }

        /** Owners that write, and now and then a takeover with a late write, which a third owner may even have seen alone. */
        private List<Row> history(Random random, int length) {
            List<Row> all = new ArrayList<>();
            PartitionState state = PartitionState.EMPTY;
            long epoch = 0;
            while (state.sequenceNr() < length) {
                long at = state.sequenceNr() + 1;
                boolean takeover = epoch == 0 || random.nextInt(4) == 0;
                if (!takeover) {
                    state = add(all, state, at, receipts(state, "write " + all.size()));
                } else if (epoch == 0 || random.nextBoolean()) {
                    state = add(all, state, at, new Opened(++epoch, state.head()));
                } else {
                    PartitionEvent zombie = receipts(state, "zombie " + all.size());
                    PartitionState saw = state.apply(at, zombie);
                    PartitionEvent second = new Opened(++epoch, state.head());
                    boolean first = random.nextBoolean();
                    state = add(all, state, at, first ? zombie : second);
                    state = add(all, state, at, first ? second : zombie);
                    if (random.nextBoolean()) {
                        state = add(all, state, at + 1, new Opened(++epoch, saw.head()));
                    }
                }
            }
            whole = plain(state);
            return List.copyOf(all);
        }

        private static PartitionState add(List<Row> all, PartitionState state, long at, PartitionEvent event) {
            all.add(new Row(at, event));
            return state.apply(at, event);
        }

        private static PartitionState plain(PartitionState state) {
            return PartitionCodec.decodeState(PartitionCodec.encode(state));
        }

        private static PartitionEvent receipts(PartitionState state, String receipt) {
            return new ReceiptsCommitted(
                    state.epoch(), state.head(), List.of(new Entry(Fakes.bytes(receipt), Optional.empty())));
        }

        @Override
        public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(String id, long from, long to) {
            return Source.from(rows)
                    .filter(row -> row.sequenceNr() >= from && row.sequenceNr() <= to)
                    .map(row -> new EventEnvelope(
                            Offset.sequence(row.sequenceNr()), id, row.sequenceNr(), row.event(), 0L));
        }

        @Override
        public Source<EventEnvelope, NotUsed> eventsByPersistenceId(String id, long from, long to) {
            return currentEventsByPersistenceId(id, from, to);
        }
    }
}
