package dev.candor.actors.routing;

import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import java.util.Optional;

/** Whether jobs would find an executor right now. Thread-safe; never blocks. */
public interface ExecutorReadiness {
    /** Empty where some node has a device up; else why not. */
    Optional<Refusal> anyExecutor();

    /** Empty where some node can run this model version now, if need be after loading it again; else why not. */
    Optional<Refusal> executorFor(ModelRef model);
}
