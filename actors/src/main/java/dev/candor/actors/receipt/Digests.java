package dev.candor.actors.receipt;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The digests that a receipt holds, specified in {@code docs/receipt.md}. This is the one place where they are computed.
 *
 * <p>Pure and thread-safe. Tensor data is hashed where it lies, without a copy, except where it holds a NaN: those are hashed as the quiet NaN
 * with sign and payload zero, because JSON carries no payload and a caller must be able to recompute the digest from JSON.
 */
public final class Digests {
    /** The size of a salt in bytes. */
    public static final int SALT_SIZE = 16;

    private static final Bytes REQUEST = tag("candor-request-v1");
    private static final Bytes ANSWER = tag("candor-answer-v1");
    private static final Bytes SALTED = tag("candor-salted-v1");

    /** By the bytes of the name in UTF-8, so that every language sorts alike. */
    private static final Comparator<Tensor> BY_NAME = (one, other) -> Arrays.compareUnsigned(
            one.name().getBytes(StandardCharsets.UTF_8), other.name().getBytes(StandardCharsets.UTF_8));

    private Digests() {}

    /**
     * The digest of what was asked: the model's name and version as the caller wrote them, the mode, the inputs in the order of their names, and
     * the names of the outputs wanted in the order wanted (none stands for all). Priority, timeout and idempotency key are no part of it. The
     * sort is stable, so that the digest is defined for a request with repeated names too.
     */
    public static Digest request(InferenceRequest request) {
        CanonicalWriter out = new CanonicalWriter(128)
                .raw(REQUEST)
                .text(request.model())
                .text(request.version())
                .u8(request.mode().code());
        List<Tensor> inputs = request.inputs();
        MessageDigest sha = Digest.sha256();
        CanonicalWriter rest =
                tensors(inputs.size() > 1 ? inputs.stream().sorted(BY_NAME).toList() : inputs, out, sha);
        rest.u32(request.outputs().size());
        request.outputs().forEach(rest::text);
        rest.toBytes().update(sha);
        return Digest.of(sha.digest());
    }

    /** The digest of the outputs, in the order in which the caller gets them. */
    public static Digest answer(List<Tensor> outputs) {
        MessageDigest sha = Digest.sha256();
        tensors(outputs, new CanonicalWriter(128).raw(ANSWER), sha).toBytes().update(sha);
        return Digest.of(sha.digest());
    }

    /**
     * {@code digest} hidden behind the request's salt: receipts are public, and what is guessed could be recognised by its plain digest.
     *
     * @param salt {@value #SALT_SIZE} bytes, else an {@link IllegalArgumentException}
     */
    public static Digest salted(Bytes salt, Digest digest) {
        if (salt.length() != SALT_SIZE) {
            throw new IllegalArgumentException("a salt has " + SALT_SIZE + " bytes, this one has " + salt.length());
        }
        return Digest.sha256(SALTED, salt, digest.toBytes());
    }

    /** Hashes {@code tensors} behind what {@code out} holds; the writer that comes back holds what is still to be hashed. */
    private static CanonicalWriter tensors(List<Tensor> tensors, CanonicalWriter out, MessageDigest sha) {
        CanonicalWriter pending = out.u32(tensors.size());
        for (Tensor tensor : tensors) {
            tensor.writeHeaderTo(pending);
            pending.toBytes().update(sha);
            canonicalData(tensor).update(sha);
            pending = new CanonicalWriter(64);
        }
        return pending;
    }

    private static Bytes canonicalData(Tensor tensor) {
        return switch (tensor.datatype()) {
            case FP16 -> withoutNanPayloads16(tensor.data(), 0x7c00, 0x7e00);
            case BF16 -> withoutNanPayloads16(tensor.data(), 0x7f80, 0x7fc0);
            case FP32 -> withoutNanPayloads32(tensor.data());
            case FP64 -> withoutNanPayloads64(tensor.data());
            case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES -> tensor.data();
        };
    }

    private static Bytes withoutNanPayloads16(Bytes data, int infinity, int nan) {
        ShortBuffer elements = littleEndian(data.asBuffer()).asShortBuffer();
        for (int i = 0; i < elements.limit(); i++) {
            if ((elements.get(i) & 0x7fff) > infinity) {
                byte[] copy = data.toArray();
                ShortBuffer changed = littleEndian(ByteBuffer.wrap(copy)).asShortBuffer();
                for (int k = i; k < changed.limit(); k++) {
                    if ((changed.get(k) & 0x7fff) > infinity) {
                        changed.put(k, (short) nan);
                    }
                }
                return Bytes.wrap(copy);
            }
        }
        return data;
    }

    private static Bytes withoutNanPayloads32(Bytes data) {
        IntBuffer elements = littleEndian(data.asBuffer()).asIntBuffer();
        for (int i = 0; i < elements.limit(); i++) {
            if ((elements.get(i) & 0x7fff_ffff) > 0x7f80_0000) {
                byte[] copy = data.toArray();
                IntBuffer changed = littleEndian(ByteBuffer.wrap(copy)).asIntBuffer();
                for (int k = i; k < changed.limit(); k++) {
                    if ((changed.get(k) & 0x7fff_ffff) > 0x7f80_0000) {
                        changed.put(k, 0x7fc0_0000);
                    }
                }
                return Bytes.wrap(copy);
            }
        }
        return data;
    }

    private static Bytes withoutNanPayloads64(Bytes data) {
        LongBuffer elements = littleEndian(data.asBuffer()).asLongBuffer();
        for (int i = 0; i < elements.limit(); i++) {
            if ((elements.get(i) & Long.MAX_VALUE) > 0x7ff0_0000_0000_0000L) {
                byte[] copy = data.toArray();
                LongBuffer changed = littleEndian(ByteBuffer.wrap(copy)).asLongBuffer();
                for (int k = i; k < changed.limit(); k++) {
                    if ((changed.get(k) & Long.MAX_VALUE) > 0x7ff0_0000_0000_0000L) {
                        changed.put(k, 0x7ff8_0000_0000_0000L);
                    }
                }
                return Bytes.wrap(copy);
            }
        }
        return data;
    }

    private static ByteBuffer littleEndian(ByteBuffer buffer) {
        return buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Bytes tag(String name) {
        return Bytes.wrap((name + "\0").getBytes(StandardCharsets.US_ASCII));
    }
}
