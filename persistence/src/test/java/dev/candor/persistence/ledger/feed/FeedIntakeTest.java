package dev.candor.persistence.ledger.feed;

import static dev.candor.persistence.ledger.LedgerFixture.CALLER;
import static dev.candor.persistence.ledger.LedgerFixture.batch;
import static dev.candor.persistence.ledger.LedgerFixture.leaf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.validator.PartitionFeed;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.ledger.wire.Position;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FeedIntakeTest {
    private static final LedgerState BARE = LedgerFixture.GENESIS.state();
    private static final LedgerState READY = new Ledger(new FakeSignatures(), EvidenceVerifier.refusingAll())
            .build(BARE, LedgerFixture.START + 5, LedgerFixture.setUp(BARE), List.of())
            .applied()
            .state();
    private static final List<Bytes> RECEIPTS =
            batch(List.of(leaf(1, 1, CALLER, VerificationMode.VANILLA), leaf(1, 2, CALLER, VerificationMode.VANILLA)));
    private static final Segment HONEST = LedgerFixture.segment(READY, 1, RECEIPTS);

    private final PartitionFeed feed = new PartitionFeed(4);
    private LedgerState ledger = READY;

    private FeedIntake intake(Signatures signatures) {
        for (int i = 0; i < 4; i++) {
            feed.begin(i, 0);
        }
        return new FeedIntake(feed, () -> ledger, new EventCheck(signatures));
    }

    private FeedIntake intake() {
        return intake(new FakeSignatures());
    }

    private static Segment forged() {
        Receipt real = Receipt.parse(RECEIPTS.getFirst());
        Bytes forged = new Receipt(
                        leaf(1, 9, CALLER, VerificationMode.VANILLA),
                        real.index(),
                        real.treeSize(),
                        real.path(),
                        real.signature())
                .toBytes();
        return LedgerFixture.segment(READY, 1, List.of(forged));
    }

    @Test
    void takesWhatHoldsAndAsksForMoreBehindIt() {
        FeedIntake intake = intake();
        assertThat(intake.wanted()).hasSize(4).contains(new Position(1, 0, Digest.ZERO));
        assertThat(intake.take(HONEST)).isEmpty();
        assertThat(intake.wanted())
                .contains(new Position(1, 2, PartitionCodec.hash(HONEST.events().getLast())));
        assertThat(intake.take(HONEST)).as("again, from another source").isEmpty();
        assertThat(feed.next(1)).isEqualTo(3);
    }

    /** A forged batch that is taken in keeps the honest events out: that is what a validator without this check does. */
    @Test
    void aForgedBatchDoesNotTakeTheHonestOnesPlace() {
        assertThat(honestEventsComeIn(intake())).isTrue();
        assertThat(honestEventsComeIn(intake((_, _, _) -> true)))
                .as("the mutant")
                .isFalse();
    }

    private boolean honestEventsComeIn(FeedIntake intake) {
        boolean blamed = intake.take(forged()).isPresent();
        boolean taken = intake.take(HONEST).isEmpty();
        return blamed
                && taken
                && intake.wanted()
                        .contains(new Position(
                                1, 2, PartitionCodec.hash(HONEST.events().getLast())));
    }

    @Test
    void blamesWhoBringsWhatDoesNotFollow() {
        FeedIntake intake = intake();
        PartitionEvent other = new PartitionEvent.Opened(4, Digest.sha256(Bytes.ofHex("00")));
        assertThat(intake.take(new Segment(1, 1, List.of(other))))
                .get()
                .asString()
                .contains("it follows");
        assertThat(intake.take(new Segment(9, 1, List.of(other))))
                .get()
                .asString()
                .contains("partition 9");
        assertThat(intake.take(new Segment(2, 1, HONEST.events())))
                .get()
                .asString()
                .contains("another network or partition");
        assertThat(intake.take(HONEST)).isEmpty();
        assertThat(intake.take(new Segment(
                        1,
                        3,
                        List.of(new PartitionEvent.Opened(
                                1, PartitionCodec.hash(HONEST.events().getLast()))))))
                .get()
                .asString()
                .contains("opens epoch 1 after epoch 1");
    }

    @Test
    void waitsForAnExecutorThatIsNotRegisteredYetAndBlamesNobody() {
        FeedIntake intake = intake();
        ledger = BARE;
        assertThat(intake.take(HONEST)).isEmpty();
        assertThat(feed.next(1)).as("the opening alone").isEqualTo(2);
        ledger = READY;
        assertThat(intake.take(HONEST)).isEmpty();
        assertThat(feed.next(1)).isEqualTo(3);
    }

    @Test
    void aGapIsNobodysFault() {
        assertThat(intake().take(new Segment(1, 5, HONEST.events()))).isEqualTo(Optional.empty());
        assertThat(feed.next(1)).isEqualTo(1);
    }

    @Test
    void beginsAgainWhereTheValidatorEmptiedTheFeed() {
        FeedIntake intake = intake();
        assertThat(intake.take(HONEST)).isEmpty();
        feed.begin(1, 0);
        assertThat(intake.wanted()).contains(new Position(1, 0, Digest.ZERO));
        assertThat(intake.take(HONEST)).isEmpty();
        assertThat(feed.next(1)).isEqualTo(3);
    }
}
