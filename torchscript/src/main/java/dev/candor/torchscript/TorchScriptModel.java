package dev.candor.torchscript;

import dev.candor.torchscript.PickleValue.Instance;
import dev.candor.torchscript.PickleValue.StorageType;
import dev.candor.torchscript.PickleValue.TensorRef;
import dev.candor.torchscript.PickleValue.Tuple;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A TorchScript file as a tree of objects, the code of their classes, and tensors. Only files that pass {@link ArchiveInspector} are
 * read. The bytes are held on to, since tensors are read when they are asked for.
 */
public final class TorchScriptModel {
    private final Archive archive;
    private final Instance root;
    private final List<TensorRef> constants;
    private final Code.Program code;
    private final int mostElements;

    private TorchScriptModel(
            Archive archive, Instance root, List<TensorRef> constants, Code.Program code, int mostElements) {
        this.archive = archive;
        this.root = root;
        this.constants = constants;
        this.code = code;
        this.mostElements = mostElements;
    }

    /**
     * Reads a file that nobody may write to meanwhile.
     *
     * @param mostElements the largest tensor that may be asked for
     * @throws InvalidModelException where it is no TorchScript file, or one whose code could do more than compute
     */
    public static TorchScriptModel read(ByteBuffer file, InspectionLimits limits, int mostElements) {
        new ArchiveInspector(limits).inspect(file);
        try {
            Archive archive = Archive.open(ByteSource.of(file), limits);
            CodeIndex index = new CodeIndex();
            OperatorList operators = new OperatorList(limits.extraOperators());
            Map<String, byte[]> files = new TreeMap<>();
            for (Archive.Entry entry : archive.entries().values()) {
                if (entry.name().startsWith(CodeNames.FOLDER) && entry.name().endsWith(CodeNames.CODE)) {
                    byte[] bytes = archive.read(entry, limits.codeBytes());
                    CodeScanner.scan(entry.name(), bytes, index, operators);
                    files.put(entry.name(), bytes);
                }
            }
            PickleValue data = pickle(archive, index, "data", limits);
            PickleValue constant = pickle(archive, index, "constants", limits);
            if (!(data instanceof Instance root) || !(constant instanceof Tuple(List<PickleValue> items, int _))) {
                throw InvalidModelException.in("data.pkl", "holds no module; save the model with torch.jit.save");
            }
            List<TensorRef> constants =
                    items.stream().map(TensorRef.class::cast).toList();
            return new TorchScriptModel(archive, root, constants, CodeParser.parse(files), mostElements);
        } catch (IOException e) {
            throw InvalidModelException.because("the model file ends early: " + e.getMessage());
        }
    }

    private static PickleValue pickle(Archive archive, CodeIndex index, String name, InspectionLimits limits)
            throws IOException {
        String entry = name + ".pkl";
        byte[] bytes = archive.read(archive.require(entry), limits.pickleBytes());
        PickleGlobals globals = new PickleGlobals(entry, archive, index, name + "/");
        return PickleReader.read(entry, bytes, globals, limits.pickleValues());
    }

    /** The model itself. */
    public Instance root() {
        return root;
    }

    /** What the archive's code declares. */
    public Code.Program code() {
        return code;
    }

    /** The number of constants that code refers to as {@code CONSTANTS.c0} and so on. */
    public int constants() {
        return constants.size();
    }

    /** A constant. */
    public TensorData constant(int index) {
        return read("constants/", constants.get(index));
    }

    /** A tensor that a field of some object holds. */
    public TensorData tensor(TensorRef reference) {
        return read("data/", reference);
    }

    private TensorData read(String folder, TensorRef reference) {
        long elements = 1;
        List<Integer> shape = new ArrayList<>();
        for (long size : reference.shape()) {
            elements = size > mostElements ? Long.MAX_VALUE : elements * size;
            if (elements > mostElements) {
                throw InvalidModelException.because("a tensor of shape " + reference.shape() + " has more than "
                        + mostElements + " elements, the most that are read");
            }
            shape.add((int) size);
        }
        double[] values = new double[(int) elements];
        if (values.length > 0) {
            fill(values, folder, reference);
        }
        return new TensorData(shape, values);
    }

    private void fill(double[] values, String folder, TensorRef reference) {
        StorageType type = reference.storage().type();
        long span = 1;
        for (int d = 0; d < reference.shape().size(); d++) {
            span += (reference.shape().get(d) - 1) * reference.strides().get(d);
        }
        if (span > 4L * mostElements || span > Integer.MAX_VALUE / type.size()) {
            throw InvalidModelException.because("a tensor of shape " + reference.shape() + " is spread over " + span
                    + " elements; save the model with contiguous tensors");
        }
        ByteBuffer bytes;
        try {
            bytes = archive.window(
                    archive.require(folder + reference.storage().key()),
                    reference.offset() * type.size(),
                    (int) span * type.size());
        } catch (IOException e) {
            throw InvalidModelException.because("the model file ends early: " + e.getMessage());
        }
        int rank = reference.shape().size();
        long[] index = new long[rank];
        int position = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = element(bytes, type, position);
            for (int d = rank - 1; d >= 0; d--) {
                position += (int) (long) reference.strides().get(d);
                if (++index[d] < reference.shape().get(d)) {
                    break;
                }
                position -= (int) (index[d] * reference.strides().get(d));
                index[d] = 0;
            }
        }
    }

    private static double element(ByteBuffer bytes, StorageType type, int index) {
        int at = index * type.size();
        return switch (type) {
            case DOUBLE -> bytes.getDouble(at);
            case FLOAT -> bytes.getFloat(at);
            case HALF -> Float.float16ToFloat(bytes.getShort(at));
            case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort(at) << 16);
            case LONG -> bytes.getLong(at);
            case INT -> bytes.getInt(at);
            case SHORT -> bytes.getShort(at);
            case CHAR -> bytes.get(at);
            case BYTE -> bytes.get(at) & 0xff;
            case BOOL -> bytes.get(at) == 0 ? 0 : 1;
            case COMPLEX_FLOAT, COMPLEX_DOUBLE ->
                throw InvalidModelException.because("a tensor of the model holds complex numbers, which are not read");
        };
    }
}
