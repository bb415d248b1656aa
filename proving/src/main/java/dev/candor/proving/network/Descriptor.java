package dev.candor.proving.network;

import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.Layer.Add;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Flatten;
import dev.candor.proving.network.Layer.MaxPool2d;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Layer.SumPool2d;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The one encoding of an {@link Architecture}, and its hash. All numbers are big-endian:
 *
 * <pre>
 * "candor-network" 0x00          15 bytes
 * u16 version                    1
 * u8 rank, u32 size * rank       the input's shape
 * i32 low, i32 high              the input's range
 * f64 input scale, f64 output scale
 * u32 nodes
 * node: u8 code, u32 input * arity, then
 *   1 dense        u32 inputs, u32 outputs
 *   2 conv2d       u32 channels, u32 outputs, window
 *   3 requantise   u32 multiplier, u32 shift, i32 low, i32 high
 *   4 relu
 *   5 max_pool2d   window
 *   6 sum_pool2d   window
 *   7 flatten
 *   8 add          (two inputs) u32 left shift, u32 right shift
 *   16 reshape     u32 rank, u32 size * rank
 *   17 permute     u32 rank, u32 dimension * rank
 *   18 slice       u32 dimension, u32 from, u32 count
 *   19 matmul      (two inputs) u32 0, or 1 where the right side is transposed
 *   20 table       i32 low, u32 entries, i32 value * entries
 *   21 centre      u32 size
 *   22 normalise   u32 size, u32 fraction, u32 epsilon
 *   23 affine      u32 size
 *   24 softmax     u32 size, u32 fraction, u32 count, i32 exponential * count
 *   25 embedding   u32 tokens, u32 columns
 * window: u32 kernel height, kernel width, stride height, stride width, padding height, padding width
 * </pre>
 *
 * <p>Decoding takes exactly what encoding writes and nothing behind it, in memory proportional to the bytes given.
 */
public final class Descriptor {
    private static final byte[] MAGIC = "candor-network\0".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;

    private Descriptor() {}

    /** The canonical bytes. */
    public static byte[] encode(Architecture architecture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(MAGIC);
            out.writeShort(VERSION);
            Input input = architecture.input();
            out.writeByte(input.shape().rank());
            for (int size : input.shape().sizes()) {
                out.writeInt(size);
            }
            out.writeInt((int) input.range().low());
            out.writeInt((int) input.range().high());
            out.writeDouble(input.scale());
            out.writeDouble(architecture.outputScale());
            out.writeInt(architecture.nodes().size());
            for (Node node : architecture.nodes()) {
                out.writeByte(code(node.layer()));
                for (int value : node.inputs()) {
                    out.writeInt(value);
                }
                for (int number : numbers(node.layer())) {
                    out.writeInt(number);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** SHA-256 of the canonical bytes. */
    public static byte[] hash(Architecture architecture) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(encode(architecture));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }

    /** The hash in lower-case hexadecimal digits. */
    public static String hexHash(Architecture architecture) {
        return HexFormat.of().formatHex(hash(architecture));
    }

    /** Reads canonical bytes; {@link InvalidNetworkException} for any other. */
    public static Architecture decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte[] magic = new byte[MAGIC.length];
            in.get(magic);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new InvalidNetworkException("these bytes describe no integer network");
            }
            int version = in.getShort();
            if (version != VERSION) {
                throw new InvalidNetworkException(
                        "the descriptor has version " + version + "; only version " + VERSION + " is known");
            }
            Architecture architecture = read(in);
            if (in.hasRemaining()) {
                throw new InvalidNetworkException("the descriptor is followed by " + in.remaining() + " bytes");
            }
            // Rejects what reads the same but is written otherwise.
            if (!Arrays.equals(encode(architecture), bytes)) {
                throw new InvalidNetworkException("the descriptor is not in its canonical form");
            }
            return architecture;
        } catch (BufferUnderflowException e) {
            throw new InvalidNetworkException("the descriptor ends early");
        }
    }

    private static Architecture read(ByteBuffer in) {
        List<Integer> sizes = new ArrayList<>();
        int rank = in.get();
        for (int i = 0; i < rank; i++) {
            sizes.add(in.getInt());
        }
        Input input = new Input(new Shape(sizes), new Range(in.getInt(), in.getInt()), in.getDouble());
        double outputScale = in.getDouble();
        int count = in.getInt();
        if (count < 1 || count > Architecture.MOST_NODES) {
            throw new InvalidNetworkException(
                    "the descriptor has " + count + " nodes; 1 to " + Architecture.MOST_NODES + " are possible");
        }
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(node(in));
        }
        return new Architecture(input, outputScale, nodes);
    }

    private static Node node(ByteBuffer in) {
        int code = in.get();
        List<Integer> inputs = new ArrayList<>();
        inputs.add(in.getInt());
        if (code == 8 || code == TokenCodec.MATMUL) {
            inputs.add(in.getInt());
        }
        Layer layer = switch (code) {
            case 1 -> new Dense(in.getInt(), in.getInt());
            case 2 -> new Conv2d(in.getInt(), in.getInt(), window(in));
            case 3 -> new Requantise(in.getInt(), in.getInt(), in.getInt(), in.getInt());
            case 4 -> new Relu();
            case 5 -> new MaxPool2d(window(in));
            case 6 -> new SumPool2d(window(in));
            case 7 -> new Flatten();
            case 8 -> new Add(in.getInt(), in.getInt());
            default -> TokenCodec.read(code, in);
        };
        return new Node(layer, inputs);
    }

    private static Window window(ByteBuffer in) {
        return new Window(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
    }

    private static int code(Layer layer) {
        return switch (layer) {
            case Dense _ -> 1;
            case Conv2d _ -> 2;
            case Requantise _ -> 3;
            case Relu _ -> 4;
            case MaxPool2d _ -> 5;
            case SumPool2d _ -> 6;
            case Flatten _ -> 7;
            case Add _ -> 8;
            case TokenLayer token -> TokenCodec.code(token);
        };
    }

    private static int[] numbers(Layer layer) {
        return switch (layer) {
            case Dense(int inputs, int outputs) -> new int[] {inputs, outputs};
            case Conv2d(int channels, int outputs, Window w) ->
                new int[] {
                    channels,
                    outputs,
                    w.kernelHeight(),
                    w.kernelWidth(),
                    w.strideHeight(),
                    w.strideWidth(),
                    w.paddingHeight(),
                    w.paddingWidth()
                };
            case Requantise(int multiplier, int shift, int low, int high) -> new int[] {multiplier, shift, low, high};
            case MaxPool2d(Window w) -> numbers(w);
            case SumPool2d(Window w) -> numbers(w);
            case Add(int leftShift, int rightShift) -> new int[] {leftShift, rightShift};
            case Relu _, Flatten _ -> new int[0];
            case TokenLayer token -> TokenCodec.numbers(token);
        };
    }

    private static int[] numbers(Window w) {
        return new int[] {
            w.kernelHeight(), w.kernelWidth(), w.strideHeight(), w.strideWidth(), w.paddingHeight(), w.paddingWidth()
        };
    }
}
