package dev.candor.torchscript;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript file of one module without PyTorch: the same calls give the same bytes. Not for use by several threads.
 *
 * <p>The module's class has the tensors as fields and one method, {@code forward(self, x)}, of which the caller gives the body.
 */
public final class TorchScriptWriter {
    // 1980-01-01 00:00 UTC, the first time that a zip archive can state.
    private static final long EPOCH = 315_532_800_000L;
    private static final String INDENT = "    ";

    private final String className;
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<String> statements = new ArrayList<>();
    private final List<Extra> extras = new ArrayList<>();

    private record Extra(String name, ByteBuffer bytes) {}

    private record Parameter(String name, List<Integer> shape, boolean wide, ByteBuffer bytes) {}

    /** Begins a module of the class {@code __torch__.<className>}; the name is an identifier. */
    public TorchScriptWriter(String className) {
        this.className = identifier(className);
    }

    /**
     * Adds a tensor, little-endian in the file.
     *
     * @param name of the field, an identifier
     * @param wide double precision rather than single, to which values are rounded
     */
    public TorchScriptWriter tensor(String name, List<Integer> shape, boolean wide, double[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * (wide ? Double.BYTES : Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            if (wide) {
                bytes.putDouble(value);
            } else {
                bytes.putFloat((float) value);
            }
        }
        parameters.add(new Parameter(identifier(name), List.copyOf(shape), wide, bytes.flip()));
        return this;
    }

    /** Adds a line to the body of {@code forward}. */
    public TorchScriptWriter statement(String line) {
        statements.add(line);
        return this;
    }

    /**
     * Adds bytes that ride along and that libtorch does not read, as {@code extra/<name>}.
     *
     * @param name letters, digits, dots and hyphens
     */
    public TorchScriptWriter extra(String name, byte[] content) {
        if (!name.matches("[A-Za-z0-9.-]+")) {
            throw new IllegalArgumentException("\"" + name + "\" is no name of an extra file");
        }
        extras.add(new Extra(name, ByteBuffer.wrap(content.clone())));
        return this;
    }

    /** The file. */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            put(zip, "data.pkl", ByteBuffer.wrap(data()));
            put(zip, "code/__torch__.py", ascii(code()));
            for (int i = 0; i < parameters.size(); i++) {
                put(zip, "data/" + i, parameters.get(i).bytes());
            }
            put(zip, "constants.pkl", ByteBuffer.wrap(new byte[] {(byte) 0x80, 2, ')', '.'}));
            put(zip, "version", ascii("3\n"));
            put(zip, "byteorder", ascii("little"));
            for (Extra extra : extras) {
                put(zip, "extra/" + extra.name(), extra.bytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private String code() {
        StringBuilder code = new StringBuilder();
        code.append("class ").append(className).append("(Module):\n  __parameters__ = [");
        parameters.forEach(p -> code.append('"').append(p.name()).append("\", "));
        code.append("]\n  __buffers__ = []\n");
        parameters.forEach(p -> code.append("  ").append(p.name()).append(" : Tensor\n"));
        code.append("  training : bool\n  def forward(self: __torch__.").append(className);
        code.append(",\n").append(INDENT).append("x: Tensor) -> Tensor:\n");
        statements.forEach(line -> code.append(INDENT).append(line).append('\n'));
        return code.toString();
    }

    private byte[] data() {
        Pickler pickler = new Pickler();
        pickler.op(0x80)
                .op(2)
                .global("__torch__", className)
                .op(')')
                .op(0x81)
                .op('}')
                .op('(');
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            int elements = parameter.shape().stream().reduce(1, Math::multiplyExact);
            pickler.text(parameter.name())
                    .global("torch._utils", "_rebuild_tensor_v2")
                    .op('(');
            pickler.op('(').text("storage").global("torch", parameter.wide() ? "DoubleStorage" : "FloatStorage");
            pickler.text(Integer.toString(i))
                    .text("cpu")
                    .whole(elements)
                    .op('t')
                    .op('Q');
            pickler.whole(0)
                    .wholes(parameter.shape())
                    .wholes(strides(parameter.shape()))
                    .op(0x89);
            pickler.global("collections", "OrderedDict").op(')').op('R').op('t').op('R');
        }
        return pickler.text("training").op(0x89).op('u').op('b').op('.').bytes();
    }

    private static List<Integer> strides(List<Integer> shape) {
        List<Integer> strides = new ArrayList<>();
        int stride = 1;
        for (int size : shape.reversed()) {
            strides.addFirst(stride);
            stride *= size;
        }
        return strides;
    }

    private static void put(ZipOutputStream zip, String name, ByteBuffer content) throws IOException {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        ZipEntry entry = new ZipEntry("model/" + name);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        entry.setTime(EPOCH);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String identifier(String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new IllegalArgumentException("\"" + name + "\" is no identifier");
        }
        return name;
    }

    /** The few pickle instructions that a module of tensors needs. */
    private static final class Pickler {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Pickler op(int code) {
            out.write(code);
            return this;
        }

        Pickler global(String module, String name) {
            return op('c').raw(module + "\n" + name + "\n");
        }

        Pickler text(String text) {
            return op('X').number(text.length()).raw(text);
        }

        Pickler whole(int value) {
            return op('J').number(value);
        }

        Pickler wholes(List<Integer> values) {
            op('(');
            values.forEach(this::whole);
            return op('t');
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        private Pickler number(int value) {
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
            return this;
        }

        private Pickler raw(String text) {
            out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
            return this;
        }
    }
}
