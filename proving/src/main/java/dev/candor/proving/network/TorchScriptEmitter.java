package dev.candor.proving.network;

import dev.candor.proving.network.Layer.Add;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Flatten;
import dev.candor.proving.network.Layer.MaxPool2d;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Layer.SumPool2d;
import dev.candor.torchscript.TorchScriptWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes an integer network as a TorchScript file that computes the same integers, bit for bit, in floating point: input {@code [N, ...]}
 * and output {@code [N, ...]} hold integers in single precision, or in double precision where {@link Emitted#wideOutput} says so.
 *
 * <p>Exact since every number on the way, partial sums in any order included, is an integer below 2^24 (single precision) or 2^53
 * (double), or such an integer divided by a power of two: each layer takes single precision where the worst case of the true weights
 * allows it. The network itself rides along, so that {@link NetworkArchive} gives it back. A convolution is written as im2col and a matrix product, because libtorch may compute one by transforms that round.
 */
public final class TorchScriptEmitter {
    private static final long NARROW = 1L << 24;
    private static final long WIDE = 1L << 53;
    private static final String CLASS = "IntegerNetwork";

    private final IntegerNetwork network;
    private final TorchScriptWriter writer = new TorchScriptWriter(CLASS);
    private final List<Variable> values = new ArrayList<>();

    private record Variable(String name, boolean wide) {
        String as(boolean wanted) {
            // 7 and 6 are ATen's numbers of double and float.
            return wide == wanted ? name : "torch.to(" + name + ", " + (wanted ? 7 : 6) + ")";
        }
    }

    private TorchScriptEmitter(IntegerNetwork network) {
        this.network = network;
    }

    /** A written file. */
    public static final class Emitted {
        private final byte[] file;
        private final boolean wideOutput;

        private Emitted(byte[] file, boolean wideOutput) {
            this.file = file;
            this.wideOutput = wideOutput;
        }

        /** A copy of the file's bytes. */
        public byte[] file() {
            return file.clone();
        }

        /** Whether the output is in double precision. */
        public boolean wideOutput() {
            return wideOutput;
        }
    }

    /** Writes a network; {@link InvalidNetworkException} where a sum could pass 2^53. */
    public static Emitted emit(IntegerNetwork network) {
        TorchScriptEmitter emitter = new TorchScriptEmitter(network);
        emitter.values.add(new Variable("x", false));
        for (int node = 0; node < network.architecture().nodes().size(); node++) {
            emitter.emit(node);
        }
        Variable output = emitter.values.getLast();
        emitter.writer.statement("return " + output.name());
        emitter.writer.extra(NetworkArchive.DESCRIPTOR, Descriptor.encode(network.architecture()));
        emitter.writer.extra(NetworkArchive.PARAMETERS, ParametersCodec.encode(network));
        return new Emitted(emitter.writer.bytes(), output.wide());
    }

    private void emit(int index) {
        Node node = network.architecture().nodes().get(index);
        Variable x = values.get(node.inputs().getFirst());
        Variable last = values.get(node.inputs().getLast());
        long partial = network.worstCase(index + 1).partial();
        if (partial >= WIDE) {
            throw new InvalidNetworkException(
                    "node " + index + " (" + node.layer().name() + ") has sums up to " + partial
                            + ", which pass 2^53 and so the precision of libtorch");
        }
        boolean wide = partial >= NARROW;
        switch (node.layer()) {
            case Dense dense -> {
                parameters(index, List.of(dense.outputs(), dense.inputs()), wide);
                assign("torch.linear(" + x.as(wide) + ", self.w" + index + ", self.b" + index + ")", wide);
            }
            case Conv2d conv -> convolution(index, conv, x, wide);
            case Requantise requantise -> requantise(index, requantise, x, wide);
            case Relu _ -> assign("torch.relu(" + x.name() + ")", x.wide());
            case MaxPool2d(Window w) ->
                assign(
                        "torch.max_pool2d(" + x.name() + ", " + kernel(w) + ", " + stride(w)
                                + ", [0, 0], [1, 1], False)",
                        x.wide());
            case SumPool2d(Window w) ->
                assign(
                        "torch.avg_pool2d(" + x.as(wide) + ", " + kernel(w) + ", " + stride(w) + ", " + padding(w)
                                + ", False, True, 1)",
                        wide);
            case Flatten _ -> assign("torch.flatten(" + x.name() + ", 1)", x.wide());
            case TokenLayer token -> token(index, token, x, last, wide);
            case Add(int leftShift, int rightShift) ->
                assign("torch.add(" + scaled(x, leftShift, wide) + ", " + scaled(last, rightShift, wide) + ")", wide);
        }
    }

    private void convolution(int index, Conv2d conv, Variable x, boolean wide) {
        Window w = conv.window();
        Shape to = network.architecture().shape(index + 1);
        parameters(index, List.of(conv.outputs(), conv.fanIn()), wide);
        String columns = "c" + index;
        writer.statement(columns + " = torch.im2col(" + x.as(wide) + ", " + kernel(w) + ", [1, 1], " + padding(w) + ", "
                + stride(w) + ")");
        String sums = "s" + index;
        writer.statement(sums + " = torch.add(torch.matmul(self.w" + index + ", " + columns + "), torch.reshape(self.b"
                + index + ", [-1, 1]))");
        assign("torch.reshape(" + sums + ", " + batched(to) + ")", wide);
    }

    private void requantise(int index, Requantise requantise, Variable x, boolean wide) {
        String product = requantise.multiplier() == 1
                ? x.as(wide)
                : "torch.mul(" + x.as(wide) + ", " + requantise.multiplier() + ")";
        String rounded = "r" + index;
        writer.statement(rounded + " = torch.mul(torch.add(" + product + ", " + (1L << (requantise.shift() - 1)) + "), "
                + Math.scalb(1.0, -requantise.shift()) + ")");
        String clamped =
                "torch.clamp(torch.floor(" + rounded + "), " + requantise.low() + ", " + requantise.high() + ")";
        assign(new Variable(clamped, wide).as(false), false);
    }

    private void token(int index, TokenLayer layer, Variable x, Variable second, boolean wide) {
        Shape to = network.architecture().shape(index + 1);
        switch (layer) {
            case TokenLayer.Reshape _ -> assign("torch.reshape(" + x.name() + ", " + batched(to) + ")", x.wide());
            case TokenLayer.Permute(List<Integer> order) -> {
                List<Integer> shifted = new ArrayList<>(List.of(0));
                order.forEach(dimension -> shifted.add(dimension + 1));
                assign("torch.permute(" + x.name() + ", " + shifted + ")", x.wide());
            }
            case TokenLayer.Slice(int dimension, int from, int count) ->
                assign(
                        "torch.slice(" + x.name() + ", " + (dimension + 1) + ", " + from + ", " + (from + count)
                                + ", 1)",
                        x.wide());
            case TokenLayer.MatMul(boolean transposed) -> {
                String right = second.as(wide);
                assign(
                        "torch.matmul(" + x.as(wide) + ", "
                                + (transposed ? "torch.transpose(" + right + ", -2, -1)" : right) + ")",
                        wide);
            }
            case TokenLayer.Table(int low, IntTensor values) -> {
                tensor("t" + index, List.of(values.size()), false, values);
                String position = "torch.add(" + x.name() + ", " + -low + ")";
                assign(looked("t" + index, position, to), false);
            }
            case TokenLayer.Centre(int size) ->
                assign(
                        "torch.sub(torch.mul(" + x.as(wide) + ", " + size + "), torch.sum(" + x.as(wide)
                                + ", [-1], True))",
                        wide);
            case TokenLayer.Normalise normalise -> normalise(index, normalise, x);
            case TokenLayer.Affine(int size) -> {
                parameters(index, List.of(size), wide);
                assign("torch.add(torch.mul(" + x.as(wide) + ", self.w" + index + "), self.b" + index + ")", wide);
            }
            case TokenLayer.Softmax softmax -> softmax(index, softmax, x, to);
            case TokenLayer.Embedding(int tokens, int columns) -> {
                Parameters.Entry entry = network.parameters(index);
                double[] weights = new double[entry.weights().size()];
                Arrays.setAll(weights, i -> entry.weights().at(i));
                writer.tensor("w" + index, List.of(tokens, columns), false, weights);
                assign("torch.embedding(self.w" + index + ", torch.to(" + x.name() + ", 4))", false);
            }
        }
    }

    /** The root is estimated in floating point, at most one away, and then corrected by exact comparisons. */
    private void normalise(int index, TokenLayer.Normalise normalise, Variable x) {
        String squares = "q" + index;
        String estimate = "e" + index;
        String over = "o" + index;
        String most = Math.scalb(1.0, 2 * normalise.fraction()) + "";
        writer.statement(squares + " = torch.add(torch.sum(torch.mul(" + x.as(true) + ", " + x.as(true)
                + "), [-1], True), " + normalise.epsilon() + ")");
        writer.statement(estimate + " = torch.floor(torch.mul(torch.reciprocal(torch.sqrt(" + squares + ")), "
                + Math.scalb(1.0, normalise.fraction()) + "))");
        String next = "torch.add(" + estimate + ", 1)";
        writer.statement(over + " = torch.sub(torch.to(torch.le(torch.mul(torch.mul(" + next + ", " + next + "), "
                + squares + "), " + most + "), 7), torch.to(torch.gt(torch.mul(torch.mul(" + estimate + ", " + estimate
                + "), " + squares + "), " + most + "), 7))");
        assign("torch.mul(" + x.as(true) + ", torch.add(" + estimate + ", " + over + "))", true);
    }

    /** A rounded quotient of 2^fraction has the floor of the exact one, which is farther from the next integer than that is from it. */
    private void softmax(int index, TokenLayer.Softmax softmax, Variable x, Shape to) {
        IntTensor table = softmax.exponentials();
        tensor("t" + index, List.of(table.size()), true, table);
        String numerators = "n" + index;
        String factor = "f" + index;
        String below = "torch.sub(torch.amax(" + x.as(true) + ", [-1], True), " + x.as(true) + ")";
        writer.statement(numerators + " = " + looked("t" + index, below, to));
        writer.statement(factor + " = torch.floor(torch.mul(torch.reciprocal(torch.sum(" + numerators
                + ", [-1], True)), " + Math.scalb(1.0, softmax.fraction()) + "))");
        assign("torch.mul(" + numerators + ", " + factor + ")", true);
    }

    private static String looked(String table, String index, Shape shape) {
        // 4 is ATen's number of the type long.
        return "torch.reshape(torch.index_select(self." + table + ", 0, torch.reshape(torch.to(" + index
                + ", 4), [-1])), " + batched(shape) + ")";
    }

    private void tensor(String name, List<Integer> shape, boolean wide, IntTensor values) {
        double[] numbers = new double[values.size()];
        Arrays.setAll(numbers, values::at);
        writer.tensor(name, shape, wide, numbers);
    }

    private static List<Integer> batched(Shape shape) {
        List<Integer> sizes = new ArrayList<>(List.of(-1));
        sizes.addAll(shape.sizes());
        return sizes;
    }

    private static String scaled(Variable x, int shift, boolean wide) {
        return shift == 0 ? x.as(wide) : "torch.mul(" + x.as(wide) + ", " + (1L << shift) + ")";
    }

    private void assign(String expression, boolean wide) {
        String name = "v" + values.size();
        writer.statement(name + " = " + expression);
        values.add(new Variable(name, wide));
    }

    private void parameters(int index, List<Integer> shape, boolean wide) {
        Parameters.Entry entry = network.parameters(index);
        double[] weights = new double[entry.weights().size()];
        Arrays.setAll(weights, i -> entry.weights().at(i));
        double[] biases = new double[entry.biases().size()];
        Arrays.setAll(biases, i -> entry.biases().at(i));
        writer.tensor("w" + index, shape, wide, weights);
        writer.tensor("b" + index, List.of(biases.length), wide, biases);
    }

    private static String kernel(Window w) {
        return "[" + w.kernelHeight() + ", " + w.kernelWidth() + "]";
    }

    private static String stride(Window w) {
        return "[" + w.strideHeight() + ", " + w.strideWidth() + "]";
    }

    private static String padding(Window w) {
        return "[" + w.paddingHeight() + ", " + w.paddingWidth() + "]";
    }
}
