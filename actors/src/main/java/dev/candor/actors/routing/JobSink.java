package dev.candor.actors.routing;

import dev.candor.actors.inference.InferenceJob;

/**
 * Where a job goes next: to a lane, or to the request entity of its identity. Never blocks; thread-safe; the job's {@code replyTo} gets exactly one
 * outcome, a refusal where there is nowhere to go.
 */
@FunctionalInterface
public interface JobSink {
    /** Passes {@code job} on. */
    void submit(InferenceJob job);
}
