package dev.candor.actors.executor;

import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import org.jspecify.annotations.Nullable;

/** A model that some lane wants on a device, as {@link ExecutorDecider} keeps it. Not thread-safe. */
final class ModelEntry {
    /** How far it has come. */
    enum Stage {
        COLD,
        FETCHING,
        FETCHED,
        LOADING,
        RESIDENT,
        FAILED
    }

    final ModelRef model;
    final CostModel costs = new CostModel();
    Stage stage = Stage.COLD;

    /** Whether its lane has asked for a slot and not got it. */
    boolean waiting;

    /** Whether its lane is gone: it leaves when the device lets go of it. */
    boolean unwanted;

    /** Whether its file is on this machine. */
    boolean onDisk;

    /** Since when its file is being fetched. */
    long fetchingSince;

    /** Bytes on the device; before the first load a guess. */
    long memory;

    /** When it had the device last. */
    long lastUsed;

    /** The device's time it got, as {@link Turns} counts it. */
    double served;

    /** Loads that failed, one after the other. */
    int failures;

    long retryAt;

    @Nullable
    Refusal refusal;

    ModelEntry(ModelRef model, long guessedMemory) {
        this.model = model;
        this.memory = guessedMemory;
    }
}
