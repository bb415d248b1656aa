package dev.candor.persistence.ledger.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.wire.Position;
import dev.candor.persistence.partition.BrokenChainException;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** One partition: owner 1 writes two events; a late one of its own meets the next owner's first. */
final class SettledEventsTest {
    private static final Position START = new Position(0, 0, Digest.ZERO);
    private static final PartitionEvent OPENED_1 = new Opened(1, Digest.ZERO);
    private static final PartitionEvent FIRST = receipts(1, OPENED_1, "aa");
    private static final PartitionEvent LATE = receipts(1, FIRST, "bb");
    private static final PartitionEvent OPENED_2 = new Opened(2, PartitionCodec.hash(FIRST));
    private static final PartitionEvent SECOND = receipts(2, OPENED_2, "cc");

    private static PartitionEvent receipts(long epoch, PartitionEvent before, String hex) {
        return new ReceiptsCommitted(
                epoch, PartitionCodec.hash(before), List.of(new Entry(Bytes.ofHex(hex), Optional.empty())));
    }

    private record Row(long sequenceNr, PartitionEvent event) {}

    private static Row row(long sequenceNr, PartitionEvent event) {
        return new Row(sequenceNr, event);
    }

    private static SettledEvents read(Row... rows) {
        SettledEvents events = new SettledEvents(START, 0);
        for (Row each : rows) {
            events.read(each.sequenceNr(), each.event());
        }
        return events;
    }

    private static List<PartitionEvent> settled(long owner, Row... rows) {
        return read(rows).settled(OptionalLong.of(owner), false, false);
    }

    @Test
    void whatTheOwnerWroteWhileItsLeaseHeldIsSettled() {
        assertThat(settled(1, row(1, OPENED_1), row(2, FIRST))).containsExactly(OPENED_1, FIRST);
        assertThat(settled(2, row(1, OPENED_1), row(2, FIRST), row(3, OPENED_2), row(4, SECOND)))
                .containsExactly(OPENED_1, FIRST, OPENED_2, SECOND);
        assertThat(settled(1)).isEmpty();
    }

    @Test
    void theLastEventOfAnOwnerWhoseLeaseIsGoneIsNot() {
        assertThat(settled(2, row(1, OPENED_1), row(2, FIRST), row(3, LATE))).isEmpty();
        assertThat(read(row(1, OPENED_1), row(2, FIRST), row(3, LATE)).settled(OptionalLong.empty(), true, false))
                .isEmpty();
    }

    @Test
    void whatANewOwnerFoundIsSettledOnceItsFirstEventWasSeenTwice() {
        SettledEvents events = read(row(1, OPENED_1), row(2, FIRST), row(3, OPENED_2));
        assertThat(events.settled(OptionalLong.of(2), false, false)).isEmpty();
        assertThat(events.settled(OptionalLong.of(2), true, false)).containsExactly(OPENED_1, FIRST);
        assertThat(events.settled(OptionalLong.of(3), true, false)).isEmpty();
        assertThat(events.head()).isEqualTo(PartitionCodec.hash(OPENED_2));
    }

    @Test
    void rivalsOfTheLastPlaceWait() {
        SettledEvents events = read(row(1, OPENED_1), row(2, FIRST), row(3, LATE), row(3, OPENED_2));
        assertThat(events.settled(OptionalLong.of(2), true, true)).isEmpty();
        events.read(4, SECOND);
        assertThat(events.settled(OptionalLong.of(2), false, false)).containsExactly(OPENED_1, FIRST, OPENED_2, SECOND);
    }

    @Test
    void aReadingThatWasCutHandsOnAllButItsEnd() {
        SettledEvents events = read(row(1, OPENED_1), row(2, FIRST), row(3, LATE));
        assertThat(events.settled(OptionalLong.of(9), false, true)).containsExactly(OPENED_1, FIRST);
        assertThat(events.places()).isEqualTo(3);
    }

    @Test
    void goesOnBehindAnyEventThatCounts() {
        SettledEvents events = new SettledEvents(new Position(0, 2, PartitionCodec.hash(FIRST)), 1);
        events.read(3, OPENED_2);
        events.read(4, SECOND);
        assertThat(events.settled(OptionalLong.of(2), false, false)).containsExactly(OPENED_2, SECOND);
        assertThatThrownBy(() -> events.read(6, SECOND)).isInstanceOf(BrokenChainException.class);
    }

    /** The owner's last event may still be voided here: whoever hands on what merely leads hands on a void event. */
    @Test
    void neverHandsOnWhatIsVoidedLater() {
        SettledEvents early = read(row(1, OPENED_1), row(2, FIRST), row(3, LATE));
        List<PartitionEvent> counts =
                settled(2, row(1, OPENED_1), row(2, FIRST), row(3, LATE), row(3, OPENED_2), row(4, SECOND));
        assertThat(counts).doesNotContain(LATE);
        assertThat(early.settled(OptionalLong.of(2), true, false)).isEmpty();
        List<PartitionEvent> mutant = early.all();
        assertThat(mutant).contains(LATE);
    }
}
