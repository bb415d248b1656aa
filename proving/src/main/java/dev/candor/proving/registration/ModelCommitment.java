package dev.candor.proving.registration;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Descriptor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The public name of a committed model.
 *
 * @param field the field of the commitment
 * @param architecture the public part of the network
 * @param parameters the sizes of the commitment and of every proof about it
 * @param first the root of epoch 0
 */
public record ModelCommitment(Field field, Architecture architecture, CodeParameters parameters, Digest first) {

    private static final byte[] DOMAIN = "candor-model-v1\0".getBytes(StandardCharsets.US_ASCII);

    /** The SHA-256 of the descriptor's bytes. */
    public Digest descriptor() {
        return Digest.sha256(Descriptor.encode(architecture));
    }

    /**
     * The model's id: SHA-256("candor-model-v1" NUL, the descriptor's hash, one byte of length and the field's name, then l, t and n in four
     * bytes big-endian each, then the root of epoch 0). The sizes are part of it because a root means another matrix under others.
     */
    public Digest id() {
        byte[] name = field.name().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(DOMAIN.length + 1 + name.length + 3 * Integer.BYTES + 2 * Digest.BYTES);
        bytes.put(DOMAIN).put(descriptor().toBytes()).put((byte) name.length).put(name);
        bytes.putInt(parameters.dataSize()).putInt(parameters.randomSize()).putInt(parameters.length());
        bytes.put(first.toBytes());
        return Digest.sha256(bytes.array());
    }

    /** How many proofs an epoch has: each opens Q columns, and t of them may be opened. */
    public int openings() {
        return parameters.randomSize() / parameters.queries();
    }
}
