package dev.candor.sharding;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.partition.Partition;
import dev.candor.persistence.partition.ReceiptReply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/** Finds committed receipts. Thread-safe. */
public final class Receipts {
    private final List<EntityRef<Partition.Command>> partitions;

    Receipts(List<EntityRef<Partition.Command>> partitions) {
        this.partitions = partitions;
    }

    /** What the partition of {@code id} says; {@link ReceiptReply.Unavailable} where it says nothing within {@code timeout}. Never fails. */
    public CompletionStage<ReceiptReply> find(RequestId id, Duration timeout) {
        if (id.partition() >= partitions.size()) {
            return CompletableFuture.completedStage(new ReceiptReply.Unknown(id));
        }
        return partitions
                .get(id.partition())
                .ask((ActorRef<ReceiptReply> replyTo) -> new Partition.FindReceipt(id, replyTo), timeout)
                .exceptionally(failure -> new ReceiptReply.Unavailable(
                        id,
                        Refusal.retryable(
                                ErrorCode.JOURNAL_UNAVAILABLE,
                                "Partition " + id.partition() + " did not answer within " + timeout.toMillis()
                                        + " ms; retry.",
                                Duration.ofSeconds(1))));
    }
}
