package dev.candor.persistence.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import dev.candor.persistence.partition.PartitionState.Epoch;
import dev.candor.persistence.partition.PartitionState.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * Logs of a store that keeps every row of one sequence number, and shows at the highest number only the oldest of them.
 */
final class PartitionRivalsTest {
    private static final PartitionState OPEN = PartitionState.EMPTY.apply(1, new Opened(1, Digest.ZERO));
    private static final PartitionState BASE = OPEN.apply(2, receipts(OPEN, "base"));
    private static final PartitionEvent ZOMBIE = receipts(BASE, "zombie");
    private static final PartitionState SAW_ZOMBIE = BASE.apply(3, ZOMBIE);
    private static final PartitionEvent SECOND = new Opened(2, BASE.head());
    private static final PartitionState SAW_SECOND = BASE.apply(3, SECOND);
    private static final PartitionEvent THIRD = new Opened(3, SAW_ZOMBIE.head());

    @Test
    void goesOnFromTheZombieThatALaterOwnerSaw() {
        PartitionState both = SAW_ZOMBIE.apply(3, SECOND);
        assertThat(both.head()).isEqualTo(SAW_SECOND.head());
        assertThat(both.judge(4, THIRD)).isEqualTo(Verdict.VOIDS_LAST);
        PartitionState state = both.apply(4, THIRD);
        assertThat(state.epochs()).containsExactly(new Epoch(1, 1), new Epoch(3, 4));
        assertThat(state.receipts()).isEqualTo(2);
        assertThat(state.voided()).isEqualTo(1);
        assertThat(state.previousHead()).isEqualTo(SAW_ZOMBIE.head());
        assertThat(state.counts(1, 3)).as("the zombie's answers").isTrue();
        assertThat(state.counts(2, 4))
                .as("answers of the owner that nobody saw")
                .isFalse();
    }

    @Test
    void goesOnFromTheOwnersFirstEventWhereALaterOwnerSawThat() {
        for (PartitionState both : List.of(SAW_ZOMBIE.apply(3, SECOND), SAW_SECOND.apply(3, ZOMBIE))) {
            PartitionState state = both.apply(4, new Opened(3, SAW_SECOND.head()));
            assertThat(state.epochs()).containsExactly(new Epoch(1, 1), new Epoch(2, 3), new Epoch(3, 4));
            assertThat(state.receipts()).isEqualTo(1);
            assertThat(state.voided()).isEqualTo(1);
            assertThat(state.counts(1, 3)).isFalse();
        }
    }

    @Test
    void voidsTheSecondZombieOfAnOwnerThatNobodySawWhereverItStands() {
        PartitionEvent late = receipts(SAW_SECOND, "second zombie");
        PartitionState both = SAW_ZOMBIE.apply(3, SECOND);
        PartitionState before = both.apply(4, late).apply(4, THIRD);
        PartitionState behind = both.apply(4, THIRD).apply(4, late);
        for (PartitionState state : List.of(before, behind)) {
            assertThat(state.epochs()).containsExactly(new Epoch(1, 1), new Epoch(3, 4));
            assertThat(state.receipts()).isEqualTo(2);
            assertThat(state.voided()).isEqualTo(2);
            assertThat(state.apply(5, receipts(state, "next")).receipts()).isEqualTo(3);
        }
    }

    @Test
    void refusesASecondEventOfAFencedOwner() {
        PartitionState both = SAW_ZOMBIE.apply(3, SECOND);
        assertBroken(both, 4, receipts(SAW_ZOMBIE, "second"));
        assertBroken(both, 3, receipts(BASE, "another of the same place"));
        assertBroken(both.apply(4, THIRD), 4, new Opened(4, BASE.head()));
    }

    @Test
    void refusesToFollowARivalOnceTheNextEventChoseTheOther() {
        PartitionState state = SAW_ZOMBIE.apply(3, SECOND);
        state = state.apply(4, receipts(state, "acknowledged"));
        assertBroken(state, 5, new Opened(3, SAW_ZOMBIE.head()));
    }

    @Test
    void refusesARivalBehindASnapshotSoThatTheLogIsReadFromItsBeginning() {
        PartitionState snapshot = PartitionCodec.decodeState(PartitionCodec.encode(SAW_ZOMBIE.apply(3, SECOND)));
        assertBroken(snapshot, 4, THIRD);
    }

    /** One turn of a history: what happens to the owner's write, and when its successor reads the log. */
    private enum Turn {
        WRITE,
        TAKEOVER,
        WRITE_OF_A_FENCED_OWNER_SEEN,
        WRITE_OF_A_FENCED_OWNER_UNSEEN
    }

    private record Row(long sequenceNr, long timestamp, PartitionEvent event) {}

    @Provide
    Arbitrary<List<Turn>> turns() {
        return Arbitraries.of(Turn.class).list().ofMaxSize(40);
    }

    /**
     * Owners that only ever see what the store shows. Acknowledged is what an owner wrote while nobody had taken over; all of that must count in the end.
     */
    @Property(tries = 500)
    void keepsWhatWasAcknowledgedWhateverOwnersSaw(@ForAll("turns") List<Turn> turns) {
        List<Row> rows = new ArrayList<>();
        List<Digest> acknowledged = new ArrayList<>();
        PartitionState owner = PartitionState.EMPTY;
        long clock = 1_000_000;
        long epoch = 0;
        for (Turn turn : turns) {
            clock += 10;
            if (turn == Turn.WRITE && epoch > 0) {
                PartitionEvent event = receipts(owner, "write " + rows.size());
                owner = owner.apply(owner.sequenceNr() + 1, event);
                rows.add(new Row(owner.sequenceNr(), clock, event));
                acknowledged.add(owner.head());
                continue;
            }
            PartitionState fenced = owner;
            PartitionEvent late = receipts(fenced, "zombie " + rows.size());
            Row zombie = new Row(fenced.sequenceNr() + 1, clock, late);
            boolean writes = epoch > 0 && turn != Turn.TAKEOVER && turn != Turn.WRITE;
            if (writes && turn == Turn.WRITE_OF_A_FENCED_OWNER_SEEN) {
                rows.add(zombie);
            }
            owner = recover(shown(rows));
            if (writes && turn == Turn.WRITE_OF_A_FENCED_OWNER_UNSEEN) {
                // Older than the new owner's first event, but written after the new owner had read the log.
                rows.add(zombie);
            }
            epoch++;
            PartitionEvent opened = new Opened(epoch, owner.head());
            owner = owner.apply(owner.sequenceNr() + 1, opened);
            rows.add(new Row(owner.sequenceNr(), clock + 1, opened));
        }
        PartitionState end = recover(shown(rows));
        assertThat(chain(rows, end.head())).containsAll(acknowledged);
        assertThat(end.receipts()).isGreaterThanOrEqualTo(acknowledged.size());
    }

    private static PartitionState recover(List<Row> rows) {
        PartitionState state = PartitionState.EMPTY;
        for (Row row : rows) {
            state = state.apply(row.sequenceNr(), row.event());
        }
        return state;
    }

    /** What the store gives to a reader. */
    private static List<Row> shown(List<Row> rows) {
        List<Row> sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.comparingLong(Row::sequenceNr).thenComparingLong(Row::timestamp));
        if (!sorted.isEmpty()) {
            long highest = sorted.getLast().sequenceNr();
            boolean first = true;
            for (Row row : List.copyOf(sorted)) {
                if (row.sequenceNr() == highest) {
                    if (!first) {
                        sorted.remove(row);
                    }
                    first = false;
                }
            }
        }
        return sorted;
    }

    private static List<Digest> chain(List<Row> rows, Digest head) {
        List<Digest> chain = new ArrayList<>();
        Digest at = head;
        while (!at.equals(Digest.ZERO)) {
            Digest hash = at;
            chain.add(hash);
            at = rows.stream()
                    .filter(row -> PartitionCodec.hash(row.event()).equals(hash))
                    .findFirst()
                    .orElseThrow()
                    .event()
                    .prevHash();
        }
        return chain;
    }

    private static void assertBroken(PartitionState state, long at, PartitionEvent event) {
        assertThatThrownBy(() -> state.apply(at, event)).isInstanceOf(BrokenChainException.class);
    }

    private static ReceiptsCommitted receipts(PartitionState after, String receipt) {
        Bytes bytes = Bytes.wrap(receipt.getBytes(StandardCharsets.UTF_8));
        return new ReceiptsCommitted(after.epoch(), after.head(), List.of(new Entry(bytes, Optional.empty())));
    }
}
