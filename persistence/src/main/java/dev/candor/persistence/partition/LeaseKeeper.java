package dev.candor.persistence.partition;

import dev.candor.persistence.control.ControlStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Does what {@link OwnerLease} decides: reads and writes the record, keeps time. Confined to its partition's actor. */
final class LeaseKeeper {
    /** How the actor waits for something. */
    interface Waiting {
        /** Sends the stage's outcome to the actor. */
        <T> void pipe(CompletionStage<T> stage, Function<T, Came.What> done, Function<Throwable, Came.What> failed);

        /** Sends {@code what} to the actor after {@code time}; replaces an earlier one of its kind. */
        void after(Duration time, Came.What what);

        /** Forgets what {@link #after} was to send. */
        void cancel(Class<? extends Came.What> kind);
    }

    private final OwnerLease lease;
    private final ControlStore control;
    private final String key;
    private final LongSupplier nanoTime;
    private final Waiting waiting;

    LeaseKeeper(int partition, PartitionResources resources, Waiting waiting) {
        this.lease = new OwnerLease(resources.owner(), resources.settings().lease());
        this.control = resources.control();
        this.key = LeaseRecord.key(partition);
        this.nanoTime = resources.nanoTime();
        this.waiting = waiting;
    }

    void start() {
        act(lease.start());
    }

    OwnerLease.Phase phase() {
        return lease.phase();
    }

    long epoch() {
        return lease.epoch();
    }

    /** Whether nobody else can own the partition now. */
    boolean valid() {
        return lease.valid(now());
    }

    void read(Came.LeaseRead read) {
        act(lease.read(read.found(), now()));
    }

    void written(Came.LeaseWritten written) {
        act(lease.written(written.ok(), written.sentAt(), now()));
    }

    void failed() {
        act(lease.failed(now()));
    }

    void waited() {
        act(lease.waited(now()));
    }

    /** Gives the lease back, as soon as nothing is under way. */
    void release() {
        Optional<OwnerLease.Action> next = lease.release(now());
        if (next.isPresent()) {
            waiting.cancel(Came.LeaseWaited.class);
            act(next.get());
        }
    }

    private void act(OwnerLease.Action action) {
        switch (action) {
            case OwnerLease.Action.Read _ ->
                waiting.pipe(control.read(key), Came.LeaseRead::new, Came.LeaseFailed::new);
            case OwnerLease.Action.Write write -> {
                long sentAt = now();
                waiting.pipe(
                        control.compareAndSet(key, write.expected(), write.value()),
                        ok -> new Came.LeaseWritten(ok, sentAt),
                        Came.LeaseFailed::new);
            }
            case OwnerLease.Action.Wait wait -> waiting.after(wait.time(), new Came.LeaseWaited());
            case OwnerLease.Action.Stop _ -> {}
        }
    }

    private long now() {
        return nanoTime.getAsLong();
    }
}
