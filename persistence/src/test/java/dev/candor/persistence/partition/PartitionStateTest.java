package dev.candor.persistence.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import dev.candor.persistence.partition.PartitionState.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class PartitionStateTest {
    private static final PartitionState OPEN = PartitionState.EMPTY.apply(1, new Opened(1, Digest.ZERO));

    @Test
    void chainsEventsOfOneOwner() {
        PartitionState state = OPEN.apply(2, receipts(OPEN, "a", "b"));
        state = state.apply(3, receipts(state, "c"));
        assertThat(state.receipts()).isEqualTo(3);
        assertThat(state.sequenceNr()).isEqualTo(3);
        assertThat(state.epoch()).isEqualTo(1);
        assertThat(state.head()).isNotEqualTo(state.previousHead());
    }

    @Test
    void voidsAZombieThatStandsBeforeTheNewOwnersFirstEvent() {
        PartitionState zombie = OPEN.apply(2, receipts(OPEN, "late", "later"));
        Opened takeover = new Opened(2, OPEN.head());
        assertThat(zombie.judge(2, takeover)).isEqualTo(Verdict.VOIDS_LAST);
        PartitionState state = zombie.apply(2, takeover);
        assertThat(state.receipts()).isZero();
        assertThat(state.voided()).isEqualTo(1);
        assertThat(state.head()).isEqualTo(OPEN.apply(2, takeover).head());
        assertThat(state.counts(1, 2)).isFalse();
    }

    @Test
    void voidsAZombieThatStandsBehindTheNewOwnersFirstEvent() {
        PartitionState taken = OPEN.apply(2, new Opened(2, OPEN.head()));
        PartitionState state = taken.apply(2, receipts(OPEN, "late"));
        assertThat(state.head()).isEqualTo(taken.head());
        assertThat(state.voided()).isEqualTo(1);
        assertThat(state.receipts()).isZero();
        state = state.apply(3, receipts(state, "next"));
        assertThat(state.receipts()).isEqualTo(1);
    }

    @Test
    void keepsTheLastOfSeveralOwnersThatOpenedAtOnePlace() {
        PartitionState state = OPEN.apply(2, receipts(OPEN, "zombie"))
                .apply(2, new Opened(2, OPEN.head()))
                .apply(2, new Opened(3, OPEN.head()));
        assertThat(state.epochs()).extracting(PartitionState.Epoch::number).containsExactly(1L, 3L);
        assertThat(state.voided()).isEqualTo(2);
        assertThat(state.head())
                .isEqualTo(OPEN.apply(2, new Opened(3, OPEN.head())).head());
    }

    @Test
    void refusesWhatDoesNotChain() {
        PartitionState state = OPEN.apply(2, receipts(OPEN, "a"));
        assertBroken(state, 3, new ReceiptsCommitted(1, Fakes.digest("elsewhere"), List.of(entry("b"))));
        assertBroken(state, 3, new ReceiptsCommitted(2, state.head(), List.of(entry("b"))));
        assertBroken(state, 3, new ReceiptsCommitted(0, state.head(), List.of(entry("b"))));
        assertBroken(state, 3, new Opened(1, state.head()));
        assertBroken(state, 3, new Opened(2, state.previousHead()));
        assertBroken(state, 2, new Opened(2, state.head()));
        assertBroken(state, 4, receipts(state, "b"));
        assertBroken(state, 1, new Opened(2, Digest.ZERO));
        assertBroken(PartitionState.EMPTY, 1, new ReceiptsCommitted(1, Digest.ZERO, List.of(entry("b"))));
        assertBroken(PartitionState.EMPTY, 0, new Opened(1, Digest.ZERO));
    }

    @Test
    void catchesTheMutantThatIgnoresPrevHash() {
        PartitionEvent forged = new ReceiptsCommitted(1, Fakes.digest("elsewhere"), List.of(entry("forged")));
        assertBroken(OPEN, 2, forged);
        PartitionState mutant = OPEN.apply(2, forged, (_, _) -> true);
        assertThat(mutant.receipts())
                .as("what the check above would let through")
                .isEqualTo(1);
    }

    @Test
    void countsRowsOfTheOwnerInChargeOnly() {
        PartitionState state = OPEN.apply(2, receipts(OPEN, "a"));
        state = state.apply(3, new Opened(5, state.head()));
        state = state.apply(4, receipts(state, "b"));
        assertThat(state.counts(1, 1)).isFalse();
        assertThat(state.counts(1, 2)).isTrue();
        assertThat(state.counts(1, 3)).isFalse();
        assertThat(state.counts(5, 3)).isFalse();
        assertThat(state.counts(5, 4)).isTrue();
        assertThat(state.counts(5, 5)).isFalse();
        assertThat(state.counts(2, 2)).isFalse();
        assertThat(state.counts(6, 4)).isFalse();
    }

    /** One step of a history: a write, a takeover, or a takeover with a write of the old owner still under way. */
    private enum Step {
        WRITE,
        TAKEOVER,
        TAKEOVER_AFTER_ZOMBIE,
        TAKEOVER_BEFORE_ZOMBIE,
        TWO_TAKEOVERS
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        return Arbitraries.of(Step.class).list().ofMaxSize(30);
    }

    @Property(tries = 300)
    void zombiesChangeNothingWhereverTheyStand(@ForAll("histories") List<Step> steps) {
        PartitionState seen = OPEN;
        PartitionState clean = OPEN;
        List<Long> acknowledged = new ArrayList<>();
        for (Step step : steps) {
            long next = clean.sequenceNr() + 1;
            long epoch = clean.epoch() + 2;
            PartitionEvent zombie = receipts(clean, "zombie " + next);
            PartitionEvent takeover = new Opened(epoch, clean.head());
            switch (step) {
                case WRITE -> {
                    PartitionEvent write = receipts(clean, "write " + next);
                    seen = seen.apply(next, write);
                    clean = clean.apply(next, write);
                    acknowledged.add(next);
                }
                case TAKEOVER -> {
                    seen = seen.apply(next, takeover);
                    clean = clean.apply(next, takeover);
                }
                case TAKEOVER_AFTER_ZOMBIE -> {
                    seen = seen.apply(next, zombie).apply(next, takeover);
                    clean = clean.apply(next, takeover);
                }
                case TAKEOVER_BEFORE_ZOMBIE -> {
                    seen = seen.apply(next, takeover).apply(next, zombie);
                    clean = clean.apply(next, takeover);
                }
                case TWO_TAKEOVERS -> {
                    PartitionEvent second = new Opened(epoch + 1, clean.head());
                    seen = seen.apply(next, takeover).apply(next, zombie).apply(next, second);
                    clean = clean.apply(next, second);
                }
            }
            seen = PartitionCodec.decodeState(PartitionCodec.encode(seen));
        }
        assertThat(seen.head()).isEqualTo(clean.head());
        assertThat(seen.epochs()).isEqualTo(clean.epochs());
        assertThat(seen.receipts()).isEqualTo(clean.receipts()).isEqualTo(acknowledged.size());
        assertThat(seen.sequenceNr()).isEqualTo(clean.sequenceNr());
        for (long place = 1; place <= seen.sequenceNr() + 1; place++) {
            long at = place;
            PartitionState state = seen;
            long counting = seen.epochs().stream()
                    .filter(epoch -> state.counts(epoch.number(), at))
                    .count();
            assertThat(counting).isEqualTo(acknowledged.contains(at) ? 1 : 0);
        }
    }

    private static void assertBroken(PartitionState state, long at, PartitionEvent event) {
        assertThatThrownBy(() -> state.apply(at, event)).isInstanceOf(BrokenChainException.class);
    }

    static ReceiptsCommitted receipts(PartitionState after, String... receipts) {
        List<Entry> entries = new ArrayList<>();
        for (String receipt : receipts) {
            entries.add(entry(receipt));
        }
        return new ReceiptsCommitted(after.epoch(), after.head(), entries);
    }

    static Entry entry(String receipt) {
        return new Entry(Fakes.bytes(receipt), Optional.empty());
    }
}
