package dev.candor.actors.inference;

import dev.candor.actors.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A request as a protocol front end (REST, gRPC) read it: well formed, not yet held against a model.
 *
 * @param model the name asked for
 * @param version a version or alias, or empty
 * @param inputs as sent
 * @param outputs names of the outputs wanted, in the order wanted; empty means all
 * @param priority the level asked for, 0 for the model's default
 * @param timeout how long the caller will wait in the queue, if it says
 * @param mode how the answer is verified
 * @param idempotencyKey 1 to 128 printable ASCII characters, if the caller wants safe retries
 * @param verificationDeadline how long after the answer the caller will wait for its verification, if it says
 * @param privateInput whether a proof shall hide the inputs
 * @param callback URL that is told how the verification ends, if any
 * @param retainInput whether the inputs are kept for a while, so that the answer can be proven later without sending them again
 */
public record InferenceRequest(
        String model,
        String version,
        List<Tensor> inputs,
        List<String> outputs,
        int priority,
        Optional<Duration> timeout,
        VerificationMode mode,
        Optional<String> idempotencyKey,
        Optional<Duration> verificationDeadline,
        boolean privateInput,
        Optional<String> callback,
        boolean retainInput) {
    /** A request that calls nobody back and has nothing kept. */
    public InferenceRequest(
            String model,
            String version,
            List<Tensor> inputs,
            List<String> outputs,
            int priority,
            Optional<Duration> timeout,
            VerificationMode mode,
            Optional<String> idempotencyKey,
            Optional<Duration> verificationDeadline,
            boolean privateInput) {
        this(
                model,
                version,
                inputs,
                outputs,
                priority,
                timeout,
                mode,
                idempotencyKey,
                verificationDeadline,
                privateInput,
                Optional.empty(),
                false);
    }

    /** A request that says nothing more of its verification than the mode. */
    public InferenceRequest(
            String model,
            String version,
            List<Tensor> inputs,
            List<String> outputs,
            int priority,
            Optional<Duration> timeout,
            VerificationMode mode,
            Optional<String> idempotencyKey) {
        this(model, version, inputs, outputs, priority, timeout, mode, idempotencyKey, Optional.empty(), false);
    }
}
