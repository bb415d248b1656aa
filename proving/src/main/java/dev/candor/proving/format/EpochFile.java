package dev.candor.proving.format;

import dev.candor.proving.commitment.Layout;
import dev.candor.proving.epoch.EpochSecret;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.layer.ModelCells;
import dev.candor.proving.merkle.MerkleTree;
import dev.candor.proving.registration.ModelCommitment;
import java.util.Arrays;

/**
 * The secret of an epoch as bytes:
 *
 * <pre>
 * "candor-epoch" 0x00, u16 version 1
 * model id                                   32 bytes
 * epoch                                      u64
 * root                                       32 bytes
 * t random coefficients for each row         elements of F, top row first
 * a salt for each of n leaves                16 bytes each
 * SHA-256 of all before                      32 bytes
 * </pre>
 *
 * <p>The sizes follow from the model. This file is the only one that holds what hides a model; whoever reads it may read the parameters.
 */
public final class EpochFile {

    private static final String MAGIC = "candor-epoch";
    private static final int VERSION = 1;

    private EpochFile() {}

    public static byte[] encode(EpochSecret secret) {
        ByteWriter out = new ByteWriter(MAGIC, VERSION)
                .digest(secret.model())
                .u64(secret.epoch())
                .digest(secret.root());
        out.elements(secret.coefficients()).bytes(secret.salts());
        return out.digest(Digest.sha256(out.toBytes())).toBytes();
    }

    /**
     * The secret in {@code bytes}.
     *
     * @param model whose sizes it must have
     */
    public static EpochSecret decode(ModelCommitment model, byte[] bytes) throws MalformedFileException {
        ByteReader in = new ByteReader(MAGIC, VERSION, bytes);
        Digest id = in.digest();
        long epoch = in.u64();
        Digest root = in.digest();
        long rows = new Layout(
                        model.parameters().dataSize(),
                        ModelCells.segments(model.architecture().nodes()))
                .rows();
        long[] coefficients =
                in.elements(model.field(), rows * model.parameters().randomSize());
        byte[] salts = in.bytes(model.parameters().length() * MerkleTree.SALT_BYTES);
        Digest sum = in.digest();
        in.end();
        if (!sum.equals(Digest.sha256(Arrays.copyOf(bytes, bytes.length - Digest.BYTES)))) {
            throw new MalformedFileException("Its bytes do not have the digest that it ends with: it is damaged.");
        }
        if (!id.equals(model.id()) || epoch < 0) {
            throw new MalformedFileException("It is the secret of another model.");
        }
        return new EpochSecret(id, epoch, root, coefficients, salts);
    }
}
