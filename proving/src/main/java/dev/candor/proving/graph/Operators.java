package dev.candor.proving.graph;

import dev.candor.proving.graph.FloatGraph.FloatNode;
import dev.candor.proving.graph.FloatOperation.Add;
import dev.candor.proving.graph.FloatOperation.AveragePool;
import dev.candor.proving.graph.FloatOperation.ChannelAffine;
import dev.candor.proving.graph.FloatOperation.Convolution;
import dev.candor.proving.graph.FloatOperation.Linear;
import dev.candor.proving.graph.FloatOperation.MaxPool;
import dev.candor.proving.graph.FloatOperation.Relu;
import dev.candor.proving.graph.FloatOperation.Reshape;
import dev.candor.proving.graph.Value.Traced;
import dev.candor.proving.network.InvalidNetworkException;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Turns calls of operators into operations of a graph. Names and signatures are those of PyTorch's ATen, whatever file asks for them. */
final class Operators {
    private final FloatGraph.Builder graph;
    private final TokenOperators tokens;

    Operators(FloatGraph.Builder graph) {
        this.graph = graph;
        this.tokens = new TokenOperators(graph);
    }

    /**
     * What a call gives.
     *
     * @param operator ATen's name, such as {@code torch.relu}
     * @param call arguments as ATen has them, with the name and place for messages
     */
    Value apply(String operator, Arguments call) {
        return switch (operator) {
            case "torch.linear" ->
                linear(call, call.traced(0, "input"), call.constant(1, "weight"), call.constantOr(2, "bias", none()));
            case "torch.addmm" ->
                linear(call, call.traced(1, "mat1"), transposed(call, 2, "mat2"), call.constant(0, "self"));
            case "torch.mm" -> matmul(call);
            case "torch._convolution" -> convolution(call, 8, call.truthOr(6, "transposed", false));
            case "torch.conv2d" -> convolution(call, 6, false);
            case "torch.batch_norm" -> batchNorm(call);
            case "torch.relu", "torch.relu_" -> {
                Traced x = call.traced(0, "input");
                yield new Traced(graph.add(new Relu(), List.of(x.value()), call.place()), x.shape());
            }
            case "torch.max_pool2d" -> maxPool(call);
            case "torch.avg_pool2d" -> averagePool(call);
            case "torch.adaptive_avg_pool2d" -> adaptiveAveragePool(call);
            case "torch.flatten" -> flatten(call);
            case "torch.reshape", "torch.view" -> reshape(call);
            case "torch.add", "torch.add_" -> add(call);
            case "torch.dropout", "torch.dropout_", "torch.feature_dropout" -> dropout(call);
            case "torch.contiguous", "torch.detach", "torch.clone", "torch.alias" -> call.get(0, "self");
            case "torch.t" -> new Value.Constant(transposed(call, 0, "self"));
            case "torch.size" -> size(call);
            default ->
                tokens.apply(operator, call)
                        .orElseThrow(
                                () -> call.refuse("is not supported; supported are linear, conv2d, batch_norm, relu,"
                                        + " max_pool2d, avg_pool2d, flatten, reshape, add, matmul, softmax, layer_norm, gelu"
                                        + " and embedding"));
        };
    }

    /** The operators of transformers. */
    TokenOperators tokens() {
        return tokens;
    }

    private Traced append(Arguments call, FloatOperation operation, List<Integer> inputs, int batch) {
        int value = graph.add(operation, inputs, call.place());
        List<Integer> shape = new ArrayList<>(List.of(batch));
        shape.addAll(graph.shape(value).sizes());
        return new Traced(value, shape);
    }

    private Traced unary(Arguments call, FloatOperation operation) {
        Traced x = sample(call, call.traced(0, "input"));
        return append(call, operation, List.of(x.value()), x.shape().getFirst());
    }

    /** A value whose shape is what the code sees behind the batch. */
    private Traced sample(Arguments call, Traced x) {
        List<Integer> sizes = x.shape().subList(1, x.shape().size());
        boolean differs = x.shape().getFirst() == 1
                && !sizes.isEmpty()
                && !graph.shape(x.value()).sizes().equals(sizes);
        if (!differs) {
            return x;
        }
        Shape wanted = checked(call, () -> new Shape(sizes));
        return new Traced(graph.add(new Reshape(wanted), List.of(x.value()), call.place()), x.shape());
    }

    private Traced linear(Arguments call, Traced x, FloatTensor weight, FloatTensor bias) {
        if (weight.shape().size() != 2 || weight.elements() == 0) {
            throw call.refuse("has weights of shape " + weight.shape() + "; a matrix is supported");
        }
        int outputs = weight.shape().getFirst();
        FloatTensor full = bias.elements() == 0 ? FloatTensor.zeros(outputs) : bias;
        if (!full.shape().equals(List.of(outputs))) {
            throw call.refuse("has a bias of shape " + full.shape() + " for " + outputs + " outputs");
        }
        List<Integer> shape = new ArrayList<>(x.shape());
        shape.set(shape.size() - 1, outputs);
        Traced rows = rows(call, x, weight.shape().getLast());
        return new Traced(graph.add(new Linear(weight, full), List.of(rows.value()), call.place()), shape);
    }

    /** A value whose innermost dimension is what the code sees, unless that does not fit anyway. */
    private Traced rows(Arguments call, Traced x, int inputs) {
        Shape shape = graph.shape(x.value());
        if (shape.last() == inputs || x.shape().getLast() != inputs) {
            return x;
        }
        Shape wanted = checked(call, () -> Shape.of(shape.elements() / inputs, inputs));
        return new Traced(graph.add(new Reshape(wanted), List.of(x.value()), call.place()), x.shape());
    }

    Traced matmul(Arguments call) {
        if (!(call.get(1, "other") instanceof Value.Constant)) {
            throw call.refuse("multiplies two tensors that depend on the input, which is not supported");
        }
        return linear(call, call.traced(0, "self"), transposed(call, 1, "other"), none());
    }

    private Traced convolution(Arguments call, int groupsIndex, boolean transposed) {
        if (transposed) {
            throw call.refuse("is a transposed convolution, which is not supported");
        }
        FloatTensor weight = call.constant(1, "weight");
        if (weight.shape().size() != 4 || weight.elements() == 0) {
            throw call.refuse(
                    "has weights of shape " + weight.shape() + "; only convolutions over planes are supported");
        }
        int[] dilation = call.pair(5, "dilation", 1);
        if (dilation[0] != 1 || dilation[1] != 1) {
            throw call.refuse("has a dilation other than 1, which is not supported");
        }
        int groups = call.wholeOr(groupsIndex, "groups", 1);
        if (groups != 1) {
            throw call.refuse("has " + groups + " groups; only one is supported");
        }
        int outputs = weight.shape().getFirst();
        FloatTensor bias = call.constantOr(2, "bias", FloatTensor.zeros(outputs));
        if (!bias.shape().equals(List.of(outputs))) {
            throw call.refuse("has a bias of shape " + bias.shape() + " for " + outputs + " channels");
        }
        int[] kernel = {weight.shape().get(2), weight.shape().get(3)};
        Window window = window(call, kernel, call.pair(3, "stride", 1), call.pair(4, "padding", 0));
        Traced x = sample(call, call.traced(0, "input"));
        return append(
                call,
                new Convolution(weight, bias, window),
                List.of(x.value()),
                x.shape().getFirst());
    }

    private Traced batchNorm(Arguments call) {
        if (call.truthOr(5, "training", false)) {
            throw call.refuse("was traced in training mode; call eval() before tracing");
        }
        FloatTensor mean = call.constant(3, "running_mean");
        FloatTensor variance = call.constant(4, "running_var");
        int channels = mean.elements();
        FloatTensor weight = call.constantOr(1, "weight", none());
        FloatTensor bias = call.constantOr(2, "bias", none());
        double epsilon = call.real(7, "eps");
        boolean fits = variance.elements() == channels
                && (weight.elements() == 0 || weight.elements() == channels)
                && (bias.elements() == 0 || bias.elements() == channels);
        if (!fits) {
            throw call.refuse("has statistics and weights of different sizes");
        }
        return unary(call, BatchNorm.of(weight, bias, mean, variance, epsilon));
    }

    private Traced maxPool(Arguments call) {
        int[] kernel = call.pair(1, "kernel_size", 1);
        int[] padding = call.pair(3, "padding", 0);
        int[] dilation = call.pair(4, "dilation", 1);
        if (padding[0] != 0 || padding[1] != 0) {
            throw call.refuse("has padding, which is not supported");
        }
        if (dilation[0] != 1 || dilation[1] != 1) {
            throw call.refuse("has a dilation other than 1, which is not supported");
        }
        Window window = window(call, kernel, strides(call, kernel), padding);
        requireFloor(call, call.truthOr(5, "ceil_mode", false), window);
        return unary(call, new MaxPool(window));
    }

    private Traced averagePool(Arguments call) {
        int[] kernel = call.pair(1, "kernel_size", 1);
        Window window = window(call, kernel, strides(call, kernel), call.pair(3, "padding", 0));
        requireFloor(call, call.truthOr(4, "ceil_mode", false), window);
        if (window.padded() && !call.truthOr(5, "count_include_pad", true)) {
            throw call.refuse("leaves padding out of its count, which is not supported");
        }
        boolean given = call.has(6, "divisor_override") && !(call.get(6, "divisor_override") instanceof Value.Nothing);
        int divisor = given ? call.whole(6, "divisor_override") : window.area();
        if (divisor < 1) {
            throw call.refuse("divides by " + divisor);
        }
        return unary(call, new AveragePool(window, divisor));
    }

    private Traced adaptiveAveragePool(Arguments call) {
        Shape x = graph.shape(call.traced(0, "input").value());
        int[] size = call.pair(1, "output_size", 1);
        boolean even =
                x.rank() == 3 && size[0] > 0 && size[1] > 0 && x.size(1) % size[0] == 0 && x.size(2) % size[1] == 0;
        if (!even) {
            throw call.refuse("divides " + x + " into windows of different sizes, which is not supported");
        }
        int[] kernel = {x.size(1) / size[0], x.size(2) / size[1]};
        Window window = window(call, kernel, kernel, new int[] {0, 0});
        return unary(call, new AveragePool(window, window.area()));
    }

    private Traced flatten(Arguments call) {
        Traced x = call.traced(0, "self");
        int rank = x.shape().size();
        int from = Math.floorMod(call.wholeOr(1, "start_dim", 0), rank);
        int to = Math.floorMod(call.wholeOr(2, "end_dim", -1), rank);
        if (from == 0 || to < from) {
            throw call.refuse("flattens the batch, which is not supported; flatten from dimension 1 on");
        }
        List<Integer> shape = new ArrayList<>(x.shape().subList(0, from));
        shape.add(x.shape().subList(from, to + 1).stream().reduce(1, Math::multiplyExact));
        shape.addAll(x.shape().subList(to + 1, rank));
        return reshaped(call, x, shape);
    }

    private Traced reshape(Arguments call) {
        Traced x = call.traced(0, "self");
        List<Integer> shape = new ArrayList<>(call.wholes(1, "shape"));
        int elements = graph.shape(x.value()).elements();
        int open = shape.indexOf(-1);
        if (open >= 0) {
            shape.set(open, 1);
            int others = product(call, shape);
            if (others == 0 || elements % others != 0) {
                throw call.refuse("gives " + x.shape() + " the shape " + call.wholes(1, "shape"));
            }
            shape.set(open, elements / others);
        }
        return reshaped(call, x, shape);
    }

    private Traced reshaped(Arguments call, Traced x, List<Integer> shape) {
        if (shape.isEmpty() || product(call, shape) != graph.shape(x.value()).elements()) {
            throw call.refuse("gives " + x.shape() + " the shape " + shape + "; the number of elements has to stay");
        }
        if (shape.equals(x.shape())) {
            return x;
        }
        boolean batched = shape.getFirst() == 1 && x.shape().getFirst() == 1 && shape.size() > 1;
        if (!batched || shape.size() > Shape.MOST_DIMENSIONS + 1) {
            return new Traced(x.value(), shape);
        }
        Shape sample = checked(call, () -> new Shape(shape.subList(1, shape.size())));
        return append(call, new Reshape(sample), List.of(x.value()), shape.getFirst());
    }

    private static int product(Arguments call, List<Integer> shape) {
        long product = 1;
        for (int size : shape) {
            product *= size;
            if (size < 0 || product > Shape.MOST_ELEMENTS) {
                throw call.refuse("asks for the shape " + shape);
            }
        }
        return (int) product;
    }

    private Traced add(Arguments call) {
        if (call.has(2, "alpha") && call.real(2, "alpha") != 1) {
            throw call.refuse("multiplies what it adds by " + call.real(2, "alpha") + ", which is not supported");
        }
        if (call.get(0, "self") instanceof Value.Constant(FloatTensor tensor)) {
            return offset(call, call.traced(1, "other"), tensor);
        }
        Traced a = call.traced(0, "self");
        if (call.get(1, "other") instanceof Value.Constant(FloatTensor tensor)) {
            return offset(call, a, tensor);
        }
        Traced b = call.traced(1, "other");
        if (!a.shape().equals(b.shape())) {
            throw call.refuse("adds " + a.shape() + " and " + b.shape() + "; only equal shapes are supported");
        }
        Shape shape = graph.shape(a.value());
        int other = graph.shape(b.value()).equals(shape)
                ? b.value()
                : graph.add(new Reshape(shape), List.of(b.value()), call.place());
        return new Traced(graph.add(new Add(), List.of(a.value(), other), call.place()), a.shape());
    }

    /** A constant vector added to a vector, or to each row of what a linear layer without biases gives: a bias. */
    private Traced offset(Arguments call, Traced x, FloatTensor constant) {
        int elements = constant.elements();
        boolean rows = x.shape().getLast() == elements
                && !constant.shape().isEmpty()
                && constant.shape().getLast() == elements;
        FloatNode before = graph.node(x.value()).orElse(null);
        if (rows
                && before != null
                && before.operation() instanceof Linear(FloatTensor weight, FloatTensor bias)
                && bias.magnitude() == 0) {
            Linear whole = new Linear(weight, constant.reshaped(List.of(elements)));
            return new Traced(graph.add(whole, before.inputs(), before.place()), x.shape());
        }
        boolean vector = x.shape().size() == 2
                && x.shape().getLast() == elements
                && constant.shape().stream().allMatch(size -> size == 1 || size == elements);
        if (!vector) {
            throw call.refuse("adds a constant of shape " + constant.shape() + " to " + x.shape()
                    + "; only a bias of a linear layer is supported");
        }
        double[] ones = new double[elements];
        Arrays.fill(ones, 1);
        FloatOperation bias =
                new ChannelAffine(FloatTensor.of(List.of(elements), ones), constant.reshaped(List.of(elements)));
        return append(call, bias, List.of(x.value()), x.shape().getFirst());
    }

    private static Value dropout(Arguments call) {
        if (call.truthOr(2, "train", true)) {
            throw call.refuse("was traced in training mode; call eval() before tracing");
        }
        return call.get(0, "input");
    }

    private static Value size(Arguments call) {
        Traced x = call.traced(0, "self");
        int dimension = Math.floorMod(call.whole(1, "dim"), x.shape().size());
        return new Value.Whole(x.shape().get(dimension));
    }

    private static FloatTensor transposed(Arguments call, int index, String name) {
        FloatTensor matrix = call.constant(index, name);
        if (matrix.shape().size() != 2) {
            throw call.refuse("has " + matrix + " for " + name + "; a matrix is supported");
        }
        return matrix.transposed();
    }

    private static int[] strides(Arguments call, int[] kernel) {
        boolean given = call.has(2, "stride") && !call.wholes(2, "stride").isEmpty();
        return given ? call.pair(2, "stride", 1) : kernel;
    }

    private static Window window(Arguments call, int[] kernel, int[] stride, int[] padding) {
        return checked(call, () -> new Window(kernel[0], kernel[1], stride[0], stride[1], padding[0], padding[1]));
    }

    /** Rounding up would make windows that reach beyond the input; where everything fits it changes nothing. */
    private void requireFloor(Arguments call, boolean ceiling, Window window) {
        Shape x = graph.shape(call.traced(0, "input").value());
        boolean uneven = x.rank() == 3
                && ((x.size(1) + 2 * window.paddingHeight() - window.kernelHeight()) % window.strideHeight() != 0
                        || (x.size(2) + 2 * window.paddingWidth() - window.kernelWidth()) % window.strideWidth() != 0);
        if (ceiling && uneven) {
            throw call.refuse("rounds the number of windows up, which is not supported");
        }
    }

    private static <T> T checked(Arguments call, Supplier<T> made) {
        try {
            return made.get();
        } catch (InvalidNetworkException e) {
            throw call.refuse("cannot be compiled: " + e.getMessage());
        }
    }

    private static FloatTensor none() {
        return FloatTensor.zeros(0);
    }
}
