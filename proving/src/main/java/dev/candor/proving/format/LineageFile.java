package dev.candor.proving.format;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Fields;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Descriptor;
import dev.candor.proving.network.InvalidNetworkException;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelCommitment;
import dev.candor.proving.registration.Plans;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A lineage as bytes:
 *
 * <pre>
 * "candor-lineage" 0x00, u16 version 1
 * u8 length, the field's name
 * u32 l, t, n, Q, G
 * u32 length, the descriptor
 * root of epoch 0                            32 bytes
 * u32 length, the registration's proof file
 * u32 count, for each roll-over:
 *   root of the later epoch                  32 bytes
 *   opening of the earlier epoch             u64
 *   u32 length, its proof file
 * </pre>
 */
public final class LineageFile {

    private static final String MAGIC = "candor-lineage";
    private static final int VERSION = 1;
    private static final int MOST_BYTES = 1 << 28;
    private static final int MOST_ROLL_OVERS = 1 << 16;

    private LineageFile() {}

    public static byte[] encode(Lineage lineage) {
        ModelCommitment model = lineage.model();
        CodeParameters p = model.parameters();
        byte[] name = model.field().name().getBytes(StandardCharsets.US_ASCII);
        ByteWriter out = new ByteWriter(MAGIC, VERSION).u8(name.length).bytes(name);
        out.u32(p.dataSize())
                .u32(p.randomSize())
                .u32(p.length())
                .u32(p.queries())
                .u32(p.grindingBits());
        out.block(Descriptor.encode(model.architecture())).digest(model.first());
        out.block(ProofFile.encode(lineage.registration()));
        out.u32(lineage.rollOvers().size());
        for (Lineage.RollOver step : lineage.rollOvers()) {
            out.digest(step.root()).u64(step.opening()).block(ProofFile.encode(step.proof()));
        }
        return out.toBytes();
    }

    /** The lineage in {@code bytes}; it is not verified yet. */
    public static Lineage decode(byte[] bytes) throws MalformedFileException {
        ByteReader in = new ByteReader(MAGIC, VERSION, bytes);
        String name = new String(in.bytes(in.u8()), StandardCharsets.US_ASCII);
        Field field = Fields.named(name)
                .orElseThrow(() -> new MalformedFileException("The field \"" + name + "\" is not known."));
        CodeParameters parameters = parameters(in);
        Architecture architecture = architecture(in.block(MOST_BYTES));
        ModelCommitment model = new ModelCommitment(field, architecture, parameters, in.digest());
        try {
            ProofPlan registration = Plans.registration(model);
            ProofPlan rollOver = Plans.rollOver(model);
            var first = ProofFile.decode(registration, in.block(MOST_BYTES));
            int count = in.u32(MOST_ROLL_OVERS);
            List<Lineage.RollOver> steps = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Digest root = in.digest();
                long opening = in.u64();
                steps.add(new Lineage.RollOver(root, opening, ProofFile.decode(rollOver, in.block(MOST_BYTES))));
            }
            in.end();
            return new Lineage(model, first, steps);
        } catch (IllegalArgumentException e) {
            throw new MalformedFileException("Its model cannot be committed to with its parameters: " + e.getMessage());
        }
    }

    private static CodeParameters parameters(ByteReader in) throws MalformedFileException {
        int[] sizes = new int[5];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = in.u32(Integer.MAX_VALUE);
        }
        try {
            return new CodeParameters(sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]);
        } catch (IllegalArgumentException e) {
            throw new MalformedFileException("Its parameters are none: " + e.getMessage());
        }
    }

    private static Architecture architecture(byte[] descriptor) throws MalformedFileException {
        try {
            return Descriptor.decode(descriptor);
        } catch (InvalidNetworkException e) {
            throw new MalformedFileException("Its descriptor is none: " + e.getMessage());
        }
    }
}
