package dev.candor.persistence.seal;

import dev.candor.persistence.control.ControlStore;
import java.util.concurrent.CompletionStage;

/** The seals of partitions in the control store. Thread-safe; never blocks. */
public final class Seals {
    private final ControlStore control;

    /** Those of {@code control}. */
    public Seals(ControlStore control) {
        this.control = control;
    }

    /**
     * A seal as it was read.
     *
     * @param version of the record, 0 where there is none
     * @param seal what is sealed
     */
    record Read(long version, Seal seal) {}

    /** What of {@code partition} is sealed, read linearizably. */
    public CompletionStage<Seal> of(int partition) {
        return read(partition).thenApply(Read::seal);
    }

    CompletionStage<Read> read(int partition) {
        return control.read(Seal.key(partition))
                .thenApply(found -> found.map(record -> new Read(record.version(), Seal.decode(record.value())))
                        .orElse(new Read(0, Seal.NONE)));
    }

    /** Puts {@code next} in the place of what was read; false where somebody else sealed meanwhile. */
    CompletionStage<Boolean> replace(int partition, Read read, Seal next) {
        return control.compareAndSet(Seal.key(partition), read.version(), next.encode());
    }
}
