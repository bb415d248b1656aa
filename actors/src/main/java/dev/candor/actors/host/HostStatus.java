package dev.candor.actors.host;

import dev.candor.actors.executor.Residency;
import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a node's executors can take: sent every quarter of a second and at changes, believed for a second.
 *
 * @param host takes jobs
 * @param sequence grows with every status of this host
 * @param devices how many it has; 0 where executors are disabled
 * @param upDevices how many can run batches
 * @param idleDevices how many run nothing
 * @param why why no device is up, or empty
 * @param models one entry a lane
 */
public record HostStatus(
        ActorRef<ExecutorHost.Command> host,
        long sequence,
        int devices,
        int upDevices,
        int idleDevices,
        String why,
        List<ModelStatus> models)
        implements CborSerializable {

    /**
     * One lane.
     *
     * @param model which version
     * @param residency the best that the model is on any device
     * @param readyDevices on how many devices it is warm
     * @param queuedItems rows that wait
     * @param nanosARow what a row of a full batch takes, shared by the devices that have the model; 0 while nothing ran
     * @param maxBatchSize rows a batch
     * @param maxQueueItems rows that may wait
     * @param refusal why the model cannot run, where that is so
     */
    public record ModelStatus(
            ModelRef model,
            Residency residency,
            int readyDevices,
            int queuedItems,
            long nanosARow,
            int maxBatchSize,
            int maxQueueItems,
            Optional<Refusal> refusal) {}
}
