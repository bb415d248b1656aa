package dev.candor.actors.inference;

import dev.candor.actors.model.ModelRef;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Deadline;
import dev.candor.actors.value.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A request on its way to a lane: held against its model, with everything that its receipt will say.
 *
 * @param uuid the gateway's UUIDv7; with the partition it becomes the request id
 * @param identity present when the caller gave an idempotency key
 * @param caller the caller's pseudonym: HMAC-SHA-256 of its name under the cluster's key
 * @param model resolved
 * @param inputs in the order of the model's specification
 * @param outputs names wanted, never empty, in the order wanted
 * @param items rows of the batch this request takes (the first dimension, the same for every input)
 * @param requestDigest SHA-256 of the canonical request, without salt
 * @param salt 16 random bytes, given to the caller only
 * @param mode how the answer is verified
 * @param priority 1 is served first
 * @param deadline when the answer is no longer wanted
 * @param queueTimeout how long it may wait in the lane; the model's default where the caller named none
 * @param replyTo gets exactly one {@link InferenceOutcome}
 */
public record InferenceJob(
        UUID uuid,
        Optional<Identity> identity,
        Digest caller,
        ModelRef model,
        List<Tensor> inputs,
        List<String> outputs,
        int items,
        Digest requestDigest,
        Bytes salt,
        VerificationMode mode,
        int priority,
        Deadline deadline,
        Optional<Duration> queueTimeout,
        ActorRef<InferenceOutcome> replyTo)
        implements CborSerializable {

    /** Bytes of tensor data, for queue bounds. */
    public long bytes() {
        long sum = 0;
        for (Tensor input : inputs) {
            sum += input.data().length();
        }
        return sum;
    }

    /** The same job with the outcome sent elsewhere. */
    public InferenceJob withReplyTo(ActorRef<InferenceOutcome> other) {
        return new InferenceJob(
                uuid,
                identity,
                caller,
                model,
                inputs,
                outputs,
                items,
                requestDigest,
                salt,
                mode,
                priority,
                deadline,
                queueTimeout,
                other);
    }

    /** The same job with other inputs. */
    public InferenceJob withInputs(List<Tensor> others) {
        return new InferenceJob(
                uuid,
                identity,
                caller,
                model,
                others,
                outputs,
                items,
                requestDigest,
                salt,
                mode,
                priority,
                deadline,
                queueTimeout,
                replyTo);
    }
}
