package dev.candor.actors.receipt;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The digests of requests and answers; {@code docs/receipt.md} specifies them and every party computes them here.
 *
 * <ul>
 *   <li>request = SHA-256("candor-request-v1" NUL || text model || text version || u8 mode || u32 count || inputs by name || u32 count || text each output)
 *   <li>answer = SHA-256("candor-answer-v1" NUL || u32 count || outputs in the order of the answer)
 *   <li>salted = SHA-256("candor-salted-v1" NUL || salt(16) || digest)
 * </ul>
 *
 * <p>A tensor is written as {@link Tensor#writeTo} does; model, version and outputs are the caller's words, before anything was resolved. Thread-safe.
 */
public final class RequestDigests {
    /** The size of a salt. */
    public static final int SALT_SIZE = 16;

    private static final byte[] REQUEST = "candor-request-v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ANSWER = "candor-answer-v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SALTED = "candor-salted-v1\0".getBytes(StandardCharsets.US_ASCII);

    private RequestDigests() {}

    /** The digest of a request as its caller sent it. */
    public static Digest request(InferenceRequest request) {
        return request(request.model(), request.version(), request.mode(), request.inputs(), request.outputs());
    }

    /** The digest of a request in parts; no two inputs may have one name. */
    public static Digest request(
            String model, String version, VerificationMode mode, List<Tensor> inputs, List<String> outputs) {
        MessageDigest sha = Digest.sha256();
        sha.update(REQUEST);
        CanonicalWriter head = new CanonicalWriter(128)
                .text(model)
                .text(version)
                .u8(mode.code())
                .u32(inputs.size());
        head.toBytes().update(sha);
        for (Tensor input : byName(inputs)) {
            update(sha, input);
        }
        CanonicalWriter tail = new CanonicalWriter(64).u32(outputs.size());
        outputs.forEach(tail::text);
        tail.toBytes().update(sha);
        return finish(sha);
    }

    /** The digest of an answer's outputs, in their order. */
    public static Digest answer(List<Tensor> outputs) {
        MessageDigest sha = Digest.sha256();
        sha.update(ANSWER);
        new CanonicalWriter(16).u32(outputs.size()).toBytes().update(sha);
        for (Tensor output : outputs) {
            update(sha, output);
        }
        return finish(sha);
    }

    /** What a receipt shows of {@code digest}: nobody without the salt can test a guess against it. */
    public static Digest salted(Bytes salt, Digest digest) {
        if (salt.length() != SALT_SIZE) {
            throw new IllegalArgumentException("a salt has " + SALT_SIZE + " bytes, this one has " + salt.length());
        }
        MessageDigest sha = Digest.sha256();
        sha.update(SALTED);
        salt.update(sha);
        sha.update(digest.toArray());
        return finish(sha);
    }

    private static List<Tensor> byName(List<Tensor> inputs) {
        if (inputs.size() < 2) {
            return inputs;
        }
        List<Tensor> sorted = new ArrayList<>(inputs);
        sorted.sort(Comparator.comparing(Tensor::name));
        return sorted;
    }

    /** The tensor's canonical form without a copy of its data. */
    private static void update(MessageDigest sha, Tensor tensor) {
        Shape shape = tensor.shape();
        CanonicalWriter head = new CanonicalWriter(64)
                .text(tensor.name())
                .u8(tensor.datatype().code())
                .u8(shape.rank());
        for (int axis = 0; axis < shape.rank(); axis++) {
            head.i64(shape.at(axis));
        }
        head.u32(tensor.data().length());
        head.toBytes().update(sha);
        tensor.data().update(sha);
    }

    private static Digest finish(MessageDigest sha) {
        return Digest.of(sha.digest());
    }
}
