package dev.candor.cluster.validator;

import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.wire.Position;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Has partitions' events. Thread-safe. */
@FunctionalInterface
public interface EventSource {
    /** The events behind these positions, as many as fit an answer; may wait a little where there are none. */
    CompletionStage<List<Segment>> behind(List<Position> positions);
}
