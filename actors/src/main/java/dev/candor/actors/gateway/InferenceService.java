package dev.candor.actors.gateway;

import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import java.util.Optional;
import java.util.function.Consumer;

/** What protocol front ends see of the cluster: one way in for REST, gRPC and whatever comes. Thread-safe; nothing here blocks. */
public interface InferenceService {
    /**
     * Serves one request.
     *
     * @param onOutcome called exactly once, on any thread, and must not block
     * @return to be called when the client has gone: work that has not started is then dropped
     */
    Runnable infer(InferenceRequest request, Caller caller, Consumer<InferenceOutcome> onOutcome);

    /** Empty when the node can take requests; else why not. */
    Optional<Refusal> nodeReadiness();

    /** Empty when the model (a version or alias, or empty for the default) can take requests now; else why not. */
    Optional<Refusal> modelReadiness(String model, String version);
}
