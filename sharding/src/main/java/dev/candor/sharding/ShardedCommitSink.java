package dev.candor.sharding;

import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.routing.Commitment;
import dev.candor.persistence.partition.LocalPartitions;
import dev.candor.persistence.partition.Partition;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/** Sends commitments to the partitions' entities. Keyless ones go to a partition of this node if there is one that is ready, each in its turn. */
final class ShardedCommitSink implements CommitSink {
    private final List<EntityRef<Partition.Command>> partitions;
    private final LocalPartitions local;

    ShardedCommitSink(List<EntityRef<Partition.Command>> partitions, LocalPartitions local) {
        this.partitions = partitions;
        this.local = local;
    }

    @Override
    public int keylessPartition() {
        return local.next().orElseGet(() -> ThreadLocalRandom.current().nextInt(partitions.size()));
    }

    @Override
    public void commit(int partition, List<Commitment> entries) {
        partitions.get(partition).tell(new Partition.Commit(entries));
    }
}
