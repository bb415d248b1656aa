package dev.candor.cluster.evidence;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Fields;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Descriptor;
import dev.candor.proving.network.InvalidNetworkException;
import dev.candor.proving.registration.ModelCommitment;
import java.nio.charset.StandardCharsets;

/**
 * The public side of committed weights as evidence carries it, and how the ledger names them:
 *
 * <pre>
 * weights: text field | u32 l | u32 t | u32 n | u32 Q | u32 G | bytes descriptor | 32 root of epoch 0
 * </pre>
 */
public final class CommittedWeights {
    private static final Bytes DOMAIN = Bytes.wrap("candor-weights-v1\0".getBytes(StandardCharsets.US_ASCII));

    private CommittedWeights() {}

    /**
     * What the ledger holds as the root of a commitment: {@code SHA-256("candor-weights-v1" NUL, weights, 32 root of the epoch)}. Whatever a proof depends on is
     * under it: field, sizes, network, and so the proof system's own id of the model.
     *
     * @param root of the epoch
     */
    public static Digest ledgerRoot(ModelCommitment weights, dev.candor.proving.hash.Digest root) {
        CanonicalWriter out = new CanonicalWriter(512).raw(DOMAIN);
        write(weights, out);
        return Digest.sha256(out.raw(bytes(root)).toBytes());
    }

    static void write(ModelCommitment weights, CanonicalWriter out) {
        CodeParameters p = weights.parameters();
        out.text(weights.field().name())
                .u32(p.dataSize())
                .u32(p.randomSize())
                .u32(p.length())
                .u32(p.queries())
                .u32(p.grindingBits())
                .bytes(Bytes.wrap(Descriptor.encode(weights.architecture())))
                .raw(bytes(weights.first()));
    }

    /** Reads {@link #write}'s form; {@link MalformedBytesException} for anything else. */
    static ModelCommitment read(CanonicalReader in) {
        String name = in.text("field");
        Field field = Fields.named(name)
                .orElseThrow(() -> new MalformedBytesException("the field \"" + name + "\" is not known"));
        int[] sizes = new int[5];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = in.u32("sizes of the commitment");
        }
        Bytes descriptor = in.bytes("descriptor");
        Bytes first = in.raw("root of epoch 0", Digest.SIZE);
        try {
            CodeParameters parameters = new CodeParameters(sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]);
            Architecture architecture = Descriptor.decode(descriptor.toArray());
            return new ModelCommitment(field, architecture, parameters, digest(first));
        } catch (InvalidNetworkException | IllegalArgumentException e) {
            throw new MalformedBytesException("the weights are none: " + e.getMessage());
        }
    }

    /** The proof system's digest of 32 bytes. */
    static dev.candor.proving.hash.Digest digest(Bytes bytes) {
        return dev.candor.proving.hash.Digest.of(bytes.toArray());
    }

    static Bytes bytes(dev.candor.proving.hash.Digest digest) {
        return Bytes.wrap(digest.toBytes());
    }
}
