package dev.candor.cluster.node;

import dev.candor.actors.routing.CommitSink;
import dev.candor.persistence.journal.JournalStores;
import java.util.function.UnaryOperator;

/**
 * Where a test may put something between the node's parts, to show that the checks around a node catch a broken one. No setting reaches this.
 *
 * @param commits wraps the way from executors to partitions
 * @param stores wraps the stores beside the journal
 */
public record NodeSeams(UnaryOperator<CommitSink> commits, UnaryOperator<JournalStores> stores) {
    /** Nothing in between. */
    public static final NodeSeams NONE = new NodeSeams(UnaryOperator.identity(), UnaryOperator.identity());
}
