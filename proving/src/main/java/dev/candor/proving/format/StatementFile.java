package dev.candor.proving.format;

import dev.candor.proving.hash.Digest;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.registration.Statements;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an execution's proof claims, as bytes; all else of its statement comes from the lineage:
 *
 * <pre>
 * "candor-statement" 0x00, u16 version 1
 * model id                                   32 bytes
 * epoch, opening                             u64 each
 * samples                                    u32
 * u8 0: public inputs; 1: hidden inputs, then their root, 32 bytes
 * u32 count, inputs                          i64 each (none where hidden)
 * u32 count, outputs                         i64 each
 * u32 count, request ids                     32 bytes each
 * </pre>
 *
 * @param model the id of the model that is claimed
 * @param epoch of the model's root
 * @param opening of that epoch
 * @param samples of the batch
 * @param execution the public values
 */
public record StatementFile(Digest model, long epoch, long opening, int samples, Statements.Execution execution) {

    private static final String MAGIC = "candor-statement";
    private static final int VERSION = 1;
    private static final int MOST = 1 << 26;

    public byte[] encode() {
        Digest inputRoot = execution.inputRoot();
        ByteWriter out = new ByteWriter(MAGIC, VERSION)
                .digest(model)
                .u64(epoch)
                .u64(opening)
                .u32(samples);
        out.u8(inputRoot == null ? 0 : 1);
        if (inputRoot != null) {
            out.digest(inputRoot);
        }
        write(out, execution.inputs());
        write(out, execution.outputs());
        out.u32(execution.requests().size());
        execution.requests().forEach(out::digest);
        return out.toBytes();
    }

    private static void write(ByteWriter out, Tensor tensor) {
        out.u32(tensor.size());
        for (int i = 0; i < tensor.size(); i++) {
            out.u64(tensor.at(i));
        }
    }

    /** The claim in {@code bytes}. */
    public static StatementFile decode(byte[] bytes) throws MalformedFileException {
        ByteReader in = new ByteReader(MAGIC, VERSION, bytes);
        Digest model = in.digest();
        long epoch = in.u64();
        long opening = in.u64();
        int samples = in.u32(MOST);
        int hidden = in.u8();
        if (epoch < 0 || opening < 0 || samples < 1 || hidden > 1) {
            throw new MalformedFileException("Its epoch, opening, batch or kind of inputs is none.");
        }
        @Nullable Digest inputRoot = hidden == 1 ? in.digest() : null;
        Tensor inputs = Tensor.copyOf(in.integers(in.u32(MOST)));
        Tensor outputs = Tensor.copyOf(in.integers(in.u32(MOST)));
        int count = in.u32(MOST);
        List<Digest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(in.digest());
        }
        in.end();
        return new StatementFile(
                model, epoch, opening, samples, new Statements.Execution(inputs, inputRoot, outputs, requests));
    }
}
