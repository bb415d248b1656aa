package dev.candor.actors.host;

import dev.candor.actors.executor.Device;
import dev.candor.actors.executor.ModelFiles;
import dev.candor.actors.lane.Elsewhere;
import dev.candor.actors.metrics.InferenceMetrics;
import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.receipt.BatchSigner;
import dev.candor.actors.routing.CommitSink;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What an {@link ExecutorHost} works with.
 *
 * @param devices the node's; empty where executors are disabled
 * @param lanes made for the same devices; shared with the node's router
 * @param catalog which models to hold
 * @param files their files
 * @param signer signs batches
 * @param commits takes signed answers
 * @param metrics the node's counters
 * @param elsewhere takes jobs that this node can no longer run: the node's router
 * @param nanoTime the monotonic clock
 * @param wallMillis milliseconds since 1970, for receipts
 */
public record HostServices(
        List<Device> devices,
        LocalLanes lanes,
        ModelCatalog catalog,
        ModelFiles files,
        BatchSigner signer,
        CommitSink commits,
        InferenceMetrics metrics,
        Elsewhere elsewhere,
        LongSupplier nanoTime,
        LongSupplier wallMillis) {
    /** Services on this machine's clocks. */
    public static HostServices onSystemClocks(
            List<Device> devices,
            LocalLanes lanes,
            ModelCatalog catalog,
            ModelFiles files,
            BatchSigner signer,
            CommitSink commits,
            InferenceMetrics metrics,
            Elsewhere elsewhere) {
        return new HostServices(
                devices,
                lanes,
                catalog,
                files,
                signer,
                commits,
                metrics,
                elsewhere,
                System::nanoTime,
                System::currentTimeMillis);
    }
}
