package dev.candor.actors.receipt;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.util.List;
import java.util.Optional;

/**
 * What a receipt is held against, beside the trust file; each part may be missing.
 *
 * @param request as it was sent
 * @param answer as it came back
 * @param salt {@value Digests#SALT_SIZE} bytes that came with the answer
 */
public record Evidence(Optional<InferenceRequest> request, Optional<ShownAnswer> answer, Optional<Bytes> salt) {
    /** Nothing but the receipt. */
    public static final Evidence NONE = new Evidence(Optional.empty(), Optional.empty(), Optional.empty());

    /** Refuses a salt of another size. */
    public Evidence {
        salt.ifPresent(bytes -> {
            if (bytes.length() != Digests.SALT_SIZE) {
                throw new IllegalArgumentException(
                        "a salt has " + Digests.SALT_SIZE + " bytes, this one has " + bytes.length());
            }
        });
    }

    /** Request, answer and salt. */
    public static Evidence of(InferenceRequest request, ShownAnswer answer, Bytes salt) {
        return new Evidence(Optional.of(request), Optional.of(answer), Optional.of(salt));
    }

    /**
     * An answer as a caller saw it.
     *
     * @param model the model's name as shown
     * @param version the model's version as shown
     * @param requestId the server's request id as shown
     * @param outputs in the order shown
     */
    public record ShownAnswer(String model, String version, String requestId, List<Tensor> outputs) {}
}
