package dev.candor.persistence.journal.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ChangesTest {
    private static final String STREAM = "partition-1";

    private final Changes changes = new Changes();

    private static EventRow row(long sequenceNr, int bytes) {
        return new EventRow(
                STREAM,
                sequenceNr,
                0,
                "writer",
                "",
                new StoredPayload(1, "", Bytes.wrap(new byte[bytes])),
                Optional.empty());
    }

    private void commit(long first, long last) {
        changes.changed(
                STREAM,
                LongStream.rangeClosed(first, last).mapToObj(i -> row(i, 100)).toList());
    }

    private List<Long> recent(long first, long last, int most) {
        return changes.recent(STREAM, first, last, most).stream()
                .map(EventRow::sequenceNr)
                .toList();
    }

    @Test
    void keepsNothingOfAStreamThatNobodyFollows() {
        commit(1, 3);
        assertThat(recent(1, 3, 10)).isEmpty();
    }

    @Test
    void givesWhatIsAskedForOutOfWhatItKeeps() {
        assertThat(changes.next(STREAM)).isNotDone();
        commit(4, 6);
        commit(7, 9);
        assertThat(recent(4, Long.MAX_VALUE, 10)).containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(recent(6, 8, 10)).containsExactly(6L, 7L, 8L);
        assertThat(recent(5, Long.MAX_VALUE, 2)).containsExactly(5L, 6L);
        assertThat(recent(10, Long.MAX_VALUE, 10)).isEmpty();
    }

    @Test
    void leavesToTheTableWhatLiesBeforeItsFirst() {
        assertThat(changes.next(STREAM)).isNotDone();
        commit(4, 6);
        assertThat(recent(3, Long.MAX_VALUE, 10)).isEmpty();
    }

    @Test
    void forgetsWhatLiesBeforeAGap() {
        assertThat(changes.next(STREAM)).isNotDone();
        commit(1, 3);
        commit(5, 6);
        assertThat(recent(3, Long.MAX_VALUE, 10)).isEmpty();
        assertThat(recent(5, Long.MAX_VALUE, 10)).containsExactly(5L, 6L);
    }

    @Test
    void isBoundedByBytesAndHasRoomForOne() {
        assertThat(changes.next(STREAM)).isNotDone();
        int half = (int) (Changes.MOST_BYTES / 2);
        changes.changed(STREAM, List.of(row(1, half), row(2, half), row(3, 2 * half)));
        assertThat(recent(2, Long.MAX_VALUE, 10)).isEmpty();
        assertThat(recent(3, Long.MAX_VALUE, 10)).containsExactly(3L);
    }
}
