package dev.candor.actors.executor;

import dev.candor.actors.model.ModelRef;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The right to run one batch of one model on a device; its lane must use it or give it back, once.
 */
public final class SlotGrant {
    private final ModelRef model;
    private final String device;
    private final DeviceThread thread;
    private final ActorRef<Executor.Command> executor;

    SlotGrant(ModelRef model, String device, DeviceThread thread, ActorRef<Executor.Command> executor) {
        this.model = model;
        this.device = device;
        this.thread = thread;
        this.executor = executor;
    }

    /** The device's name. */
    public String device() {
        return device;
    }

    /** Hands the batch to the device's thread. */
    public void run(BatchTask task) {
        thread.run(task);
    }

    /** Lets the next lane have its turn. */
    public void giveBack() {
        executor.tell(new Executor.GiveBack(model));
    }
}
