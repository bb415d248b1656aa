package dev.candor.persistence.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.export.ChainVerifier.Link;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A zombie and its successor's first event stand at one place; which of them counts, the event behind them says. */
final class ChainVerifierTest {
    private static final PartitionEvent FIRST = new Opened(1, Digest.ZERO);
    private static final PartitionEvent ZOMBIE = receipts(1, FIRST, "zombie");
    private static final PartitionEvent SECOND = new Opened(2, PartitionCodec.hash(FIRST));

    private final List<Link> links = new ArrayList<>();
    private final ChainVerifier verifier = new ChainVerifier(links::add);

    @Test
    void theSuccessorCountsWhereTheNextEventFollowsIt() {
        given(FIRST, ZOMBIE, SECOND);
        verifier.next(3, receipts(2, SECOND, "next"));
        verifier.end();
        assertThat(links).extracting(Link::counts).containsExactly(true, false, true, true);
    }

    @Test
    void theZombieCountsWhereTheNextOwnerFollowsIt() {
        given(FIRST, ZOMBIE, SECOND);
        verifier.next(3, new Opened(3, PartitionCodec.hash(ZOMBIE)));
        assertThat(verifier.end().receipts()).isEqualTo(1);
        assertThat(links).extracting(Link::counts).containsExactly(true, true, false, true);
    }

    @Test
    void handsOnALinkAsSoonAsNothingCanChangeIt() {
        given(FIRST, ZOMBIE, SECOND);
        assertThat(links).extracting(Link::event).containsExactly(FIRST);
        PartitionEvent next = receipts(2, SECOND, "next");
        verifier.next(3, next);
        assertThat(links).hasSize(1);
        verifier.next(4, receipts(2, next, "after"));
        assertThat(links).hasSize(4);
    }

    private void given(PartitionEvent first, PartitionEvent zombie, PartitionEvent second) {
        verifier.next(1, first);
        verifier.next(2, zombie);
        verifier.next(2, second);
    }

    private static PartitionEvent receipts(long epoch, PartitionEvent before, String receipt) {
        Bytes bytes = Bytes.wrap(receipt.getBytes(StandardCharsets.UTF_8));
        return new ReceiptsCommitted(epoch, PartitionCodec.hash(before), List.of(new Entry(bytes, Optional.empty())));
    }
}
