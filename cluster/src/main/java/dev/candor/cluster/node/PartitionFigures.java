package dev.candor.cluster.node;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.persistence.partition.PartitionMeter;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.IntConsumer;

/** What this node's partitions do, for {@code /metrics}. */
final class PartitionFigures implements PartitionMeter {
    private final Counter receipts = Counter.builder()
            .name("candor_receipts_committed_total")
            .help("Receipts that are in the journal, written by this node")
            .build();
    private final Histogram writes = Histogram.builder()
            .name("candor_journal_write_seconds")
            .help("Time of one write of a partition, from hand-over to the journal's word")
            .build();
    private final Histogram receiptsAWrite = Histogram.builder()
            .name("candor_journal_write_receipts")
            .help("Receipts a write")
            .classicExponentialUpperBounds(1, 2, 10)
            .build();
    private final Counter refusals = Counter.builder()
            .name("candor_commit_refusals_total")
            .help("Commitments that a partition refused")
            .labelNames("code")
            .build();
    private final Counter takeovers = Counter.builder()
            .name("candor_partition_epochs_total")
            .help("Times that this node opened an epoch of a partition")
            .build();
    private final Gauge ready = Gauge.builder()
            .name("candor_partitions_ready")
            .help("Partitions that are ready on this node")
            .build();

    private final Gauge stash = Gauge.builder()
            .name("candor_partition_stash")
            .help("Questions that wait for a partition that is not ready yet, by partition")
            .labelNames("partition")
            .build();
    private final Gauge queue = Gauge.builder()
            .name("candor_partition_queue")
            .help("Receipts that wait for the next write of a partition, by partition")
            .labelNames("partition")
            .build();

    private volatile IntConsumer writeListener = _ -> {};

    /** {@code listener} is told of each partition that wrote, by that partition's thread. */
    void onWrite(IntConsumer listener) {
        writeListener = listener;
    }

    /** Shows the figures in {@code registry}. */
    void register(PrometheusRegistry registry) {
        registry.register(receipts);
        registry.register(writes);
        registry.register(receiptsAWrite);
        registry.register(refusals);
        registry.register(takeovers);
        registry.register(ready);
        registry.register(stash);
        registry.register(queue);
    }

    @Override
    public void opened(int partition, long epoch, long nanos) {
        takeovers.inc();
        ready.inc();
        parked(partition, 0);
        queued(partition, 0);
    }

    @Override
    public void written(int partition, int count, long nanos) {
        receipts.inc(count);
        receiptsAWrite.observe(count);
        writes.observe(nanos / 1e9);
        writeListener.accept(partition);
    }

    @Override
    public void refused(int partition, ErrorCode code) {
        refusals.labelValues(code.name()).inc();
    }

    @Override
    public void closed(int partition) {
        ready.dec();
    }

    @Override
    public void parked(int partition, int questions) {
        stash.labelValues(Integer.toString(partition)).set(questions);
    }

    @Override
    public void queued(int partition, int waiting) {
        queue.labelValues(Integer.toString(partition)).set(waiting);
    }
}
