package dev.candor.actors.routing;

import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.model.ModelRef;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a job goes next: to a lane, or to the request entity of its identity. Never blocks; thread-safe; the job's {@code replyTo} gets exactly one
 * outcome, a refusal where there is nowhere to go.
 */
@FunctionalInterface
public interface JobSink {
    /** Passes {@code job} on. */
    void submit(InferenceJob job);

    /**
     * Nobody waits for this attempt any more: work that has not started may be dropped, and no outcome is owed. By default the attempt goes on and its
     * outcome is dropped by whoever gets it.
     */
    default void cancel(UUID uuid, ModelRef model, Optional<Identity> identity) {}
}
