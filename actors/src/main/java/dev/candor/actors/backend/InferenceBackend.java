package dev.candor.actors.backend;

import dev.candor.actors.model.ModelSpec;
import java.nio.file.Path;

/**
 * One device that can load and run models. All calls of one backend come from one pinned platform thread, so implementations need no locks.
 */
public interface InferenceBackend extends AutoCloseable {
    /** The device as receipts name it, such as {@code cpu:0} or {@code cuda:0}. */
    String device();

    /** The memory that models may take on this device, in bytes. */
    long memoryBudget();

    /**
     * Loads a model file and warms it up at every rung of its batch ladder: when this returns, no later call pays for a first time.
     *
     * @throws dev.candor.actors.inference.RefusedException with INVALID_MODEL where the file is not a servable model or does not fit {@code spec}
     */
    LoadedModel load(Path file, ModelSpec spec);

    /** Frees everything, loaded models included. */
    @Override
    void close();
}
