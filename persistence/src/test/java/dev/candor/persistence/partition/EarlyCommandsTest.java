package dev.candor.persistence.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.value.RequestId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

final class EarlyCommandsTest {
    /** Keeps how much it was told to wait. */
    private static final class Meter implements PartitionMeter {
        private final List<Integer> parked = new ArrayList<>();

        @Override
        public void opened(int partition, long epoch, long nanos) {}

        @Override
        public void written(int partition, int receipts, long nanos) {}

        @Override
        public void refused(int partition, ErrorCode code) {}

        @Override
        public void closed(int partition) {}

        @Override
        public void parked(int partition, int questions) {
            parked.add(questions);
        }
    }

    private final Meter meter = new Meter();
    private final TestInbox<ReceiptReply> replies = TestInbox.create();

    private Partition.FindReceipt question() {
        return new Partition.FindReceipt(new RequestId(0, UUID.randomUUID()), replies.getRef());
    }

    @Test
    void tellsTheMeterWhatWaits() {
        EarlyCommands early = new EarlyCommands(3, 2, meter);
        early.park(question());
        early.park(question());
        early.park(question());
        assertThat(replies.receiveMessage()).isInstanceOf(ReceiptReply.Unavailable.class);
        assertThat(early.drain()).hasSize(2);
        assertThat(meter.parked).containsExactly(1, 2, 0);
    }

    @Test
    void refusalsSayWhenToComeAgain() {
        EarlyCommands early = new EarlyCommands(3, 1, meter);
        early.park(question());
        early.park(question());
        assertThat(((ReceiptReply.Unavailable) replies.receiveMessage())
                        .refusal()
                        .retryAfter())
                .contains(Duration.ofSeconds(1));
    }
}
