package dev.candor.proving.graph;

import dev.candor.proving.graph.FloatGraph.FloatNode;
import dev.candor.proving.graph.FloatOperation.Reshape;
import dev.candor.proving.graph.Value.Traced;
import dev.candor.proving.network.InvalidNetworkException;
import dev.candor.proving.network.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Calls of the operators of transformers. Code is traced with a batch of one, so dimensions of size 1 may stand anywhere: a traced tensor
 * has the shape that the code sees, and its value in the graph that shape with other dimensions of size 1.
 */
final class TokenOperators {
    private final FloatGraph.Builder graph;

    TokenOperators(FloatGraph.Builder graph) {
        this.graph = graph;
    }

    /** What a call gives, or nothing where the operator is none of these. */
    Optional<Value> apply(String operator, Arguments call) {
        try {
            return Optional.ofNullable(
                    switch (operator) {
                        case "torch.transpose" -> transpose(call);
                        case "torch.permute" -> permute(call, call.traced(0, "self"), call.wholes(1, "dims"));
                        case "torch.unsqueeze" -> unsqueeze(call);
                        case "torch.squeeze" -> squeeze(call);
                        case "torch.unflatten" -> unflatten(call);
                        case "torch.select" -> select(call);
                        case "torch.slice" -> slice(call);
                        case "torch.matmul", "torch.bmm" -> matmul(call, false);
                        case "torch.scaled_dot_product_attention" -> attention(call);
                        case "torch.softmax" -> softmax(call, 1);
                        case "torch.layer_norm" -> layerNorm(call);
                        case "torch.gelu" -> gelu(call);
                        case "torch.embedding" -> embedding(call);
                        case "torch.mul", "torch.div" -> multiply(operator, call);
                        default -> null;
                    });
        } catch (InvalidNetworkException e) {
            throw call.refuse("cannot be compiled: " + e.getMessage());
        }
    }

    /** The graph's value of {@code x} without dimensions of size 1. */
    private Traced dense(Arguments call, Traced x) {
        List<Integer> sizes = dense(x.shape());
        return graph.shape(x.value()).sizes().equals(sizes)
                ? x
                : new Traced(graph.add(new Reshape(new Shape(sizes)), List.of(x.value()), call.place()), x.shape());
    }

    private static List<Integer> dense(List<Integer> shape) {
        List<Integer> sizes = shape.stream().filter(size -> size != 1).toList();
        return sizes.isEmpty() ? List.of(1) : sizes;
    }

    private Traced unary(Arguments call, Traced x, FloatOperation operation) {
        Traced dense = dense(call, x);
        return new Traced(graph.add(operation, List.of(dense.value()), call.place()), x.shape());
    }

    private Value transpose(Arguments call) {
        Traced x = call.traced(0, "self");
        List<Integer> order = new ArrayList<>();
        for (int d = 0; d < x.shape().size(); d++) {
            order.add(d);
        }
        int a = dimension(call, 1, "dim0", x);
        int b = dimension(call, 2, "dim1", x);
        order.set(a, b);
        order.set(b, a);
        return permute(call, x, order);
    }

    private Traced permute(Arguments call, Traced x, List<Integer> order) {
        int rank = x.shape().size();
        List<Integer> shape = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        for (int from : order) {
            int d = Math.floorMod(from, rank);
            shape.add(x.shape().get(d));
            if (x.shape().get(d) != 1) {
                kept.add((int) x.shape().subList(0, d).stream()
                        .filter(size -> size != 1)
                        .count());
            }
        }
        if (order.stream().map(d -> Math.floorMod(d, rank)).distinct().count() != rank || order.size() != rank) {
            throw call.refuse("orders the dimensions of " + x.shape() + " as " + order);
        }
        if (kept.equals(kept.stream().sorted().toList())) {
            return new Traced(x.value(), shape);
        }
        return new Traced(unary(call, x, new TokenOperation.Permute(kept)).value(), shape);
    }

    private static Value unsqueeze(Arguments call) {
        Traced x = call.traced(0, "self");
        int at = Math.floorMod(call.whole(1, "dim"), x.shape().size() + 1);
        List<Integer> shape = new ArrayList<>(x.shape());
        shape.add(at, 1);
        return new Traced(x.value(), shape);
    }

    private static Value squeeze(Arguments call) {
        Traced x = call.traced(0, "self");
        int at = dimension(call, 1, "dim", x);
        return x.shape().get(at) == 1 ? new Traced(x.value(), without(x.shape(), at)) : x;
    }

    private static Value unflatten(Arguments call) {
        Traced x = call.traced(0, "self");
        int at = dimension(call, 1, "dim", x);
        List<Integer> sizes = call.wholes(2, "sizes");
        long product = sizes.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        if (product != x.shape().get(at)) {
            throw call.refuse("splits a dimension of " + x.shape().get(at) + " into " + sizes);
        }
        List<Integer> shape = without(x.shape(), at);
        shape.addAll(at, sizes);
        return new Traced(x.value(), shape);
    }

    private Value select(Arguments call) {
        Traced x = call.traced(0, "self");
        int at = dimension(call, 1, "dim", x);
        int size = x.shape().get(at);
        int index = call.whole(2, "index");
        List<Integer> shape = without(x.shape(), at);
        if (size == 1) {
            return new Traced(x.value(), shape);
        }
        int dense = (int) x.shape().subList(0, at).stream().filter(s -> s != 1).count();
        TokenOperation slice = new TokenOperation.Slice(dense, index < 0 ? index + size : index, 1);
        return new Traced(unary(call, x, slice).value(), shape);
    }

    private Value slice(Arguments call) {
        Traced x = call.traced(0, "self");
        int at = dimension(call, 1, "dim", x);
        int size = x.shape().get(at);
        int from = index(call, 2, "start", 0, size);
        int to = index(call, 3, "end", size, size);
        if (call.wholeOr(4, "step", 1) != 1 || to <= from) {
            throw call.refuse("takes every " + call.wholeOr(4, "step", 1) + ". of " + from + " to " + to
                    + ", which is not supported");
        }
        if (to - from == size) {
            return x;
        }
        List<Integer> shape = new ArrayList<>(x.shape());
        shape.set(at, to - from);
        int dense = (int) x.shape().subList(0, at).stream().filter(s -> s != 1).count();
        return new Traced(
                unary(call, x, new TokenOperation.Slice(dense, from, to - from)).value(), shape);
    }

    /** An index that may count from the end and reach beyond it, or be left out. */
    private static int index(Arguments call, int position, String name, int otherwise, int size) {
        if (!call.has(position, name) || call.get(position, name) instanceof Value.Nothing) {
            return otherwise;
        }
        if (!(call.get(position, name) instanceof Value.Whole(long given))) {
            return call.whole(position, name);
        }
        return Math.clamp(given < 0 ? given + size : given, 0, size);
    }

    private Value matmul(Arguments call, boolean transposed) {
        if (!(call.get(1, "other") instanceof Traced) || !(call.get(0, "self") instanceof Traced)) {
            return new Operators(graph).matmul(call);
        }
        return product(call, call.traced(0, "self"), call.traced(1, "other"), transposed);
    }

    private Traced product(Arguments call, Traced a, Traced b, boolean transposed) {
        int rank = a.shape().size();
        if (rank < 2 || b.shape().size() != rank) {
            throw call.refuse("multiplies " + a.shape() + " and " + b.shape() + ", which is not supported");
        }
        List<Integer> shape = new ArrayList<>(a.shape());
        shape.set(rank - 1, b.shape().get(transposed ? rank - 2 : rank - 1));
        Optional<Traced> exchanged = transposed ? Optional.empty() : exchanged(b);
        if (exchanged.isPresent()) {
            return product(call, a, exchanged.get(), true);
        }
        Traced left = matrices(call, a);
        Traced right = matrices(call, b);
        return new Traced(
                graph.add(new TokenOperation.MatMul(transposed), List.of(left.value(), right.value()), call.place()),
                shape);
    }

    /** What {@code x} has the last two dimensions exchanged of, if that is all it is. */
    private Optional<Traced> exchanged(Traced x) {
        int rank = x.shape().size();
        FloatNode node = graph.node(x.value()).orElse(null);
        boolean matrices = x.shape().get(rank - 1) != 1 && x.shape().get(rank - 2) != 1;
        if (!matrices || node == null || !(node.operation() instanceof TokenOperation.Permute(List<Integer> order))) {
            return Optional.empty();
        }
        int last = order.size() - 1;
        for (int d = 0; d <= last; d++) {
            if (order.get(d) != (d < last - 1 ? d : 2 * last - 1 - d)) {
                return Optional.empty();
            }
        }
        List<Integer> shape = new ArrayList<>(x.shape());
        shape.set(rank - 1, x.shape().get(rank - 2));
        shape.set(rank - 2, x.shape().get(rank - 1));
        return Optional.of(new Traced(node.inputs().getFirst(), shape));
    }

    /** As at most three dimensions, of which the last two are as the code sees them. */
    private Traced matrices(Arguments call, Traced x) {
        int rank = x.shape().size();
        int heads = x.shape().subList(0, rank - 2).stream().reduce(1, Math::multiplyExact);
        Shape shape = Shape.of(heads, x.shape().get(rank - 2), x.shape().get(rank - 1));
        return graph.shape(x.value()).equals(shape)
                ? x
                : new Traced(graph.add(new Reshape(shape), List.of(x.value()), call.place()), x.shape());
    }

    private Value attention(Arguments call) {
        boolean plain = (!call.has(3, "attn_mask") || call.get(3, "attn_mask") instanceof Value.Nothing)
                && (!call.has(4, "dropout_p") || call.real(4, "dropout_p") == 0)
                && !call.truthOr(5, "is_causal", false)
                && (!call.has(6, "scale") || call.get(6, "scale") instanceof Value.Nothing);
        if (!plain) {
            throw call.refuse("has a mask, dropout or a scale of its own, which is not supported");
        }
        Traced query = call.traced(0, "query");
        Traced scores = product(call, query, call.traced(1, "key"), true);
        double factor = 1 / StrictMath.sqrt(query.shape().getLast());
        int weights = graph.add(new TokenOperation.Softmax(factor), List.of(scores.value()), call.place());
        return product(call, new Traced(weights, scores.shape()), call.traced(2, "value"), false);
    }

    /** Softmax of each row times {@code factor}. */
    Value softmax(Arguments call, double factor) {
        Traced x = call.traced(0, "self");
        if (dimension(call, 1, "dim", x) != x.shape().size() - 1 || x.shape().getLast() == 1) {
            throw call.refuse("is not over the last dimension, which alone is supported");
        }
        requireFactor(call, factor);
        return unary(call, x, new TokenOperation.Softmax(factor));
    }

    private Value layerNorm(Arguments call) {
        Traced x = call.traced(0, "input");
        int size = x.shape().getLast();
        if (!call.wholes(1, "normalized_shape").equals(List.of(size)) || size == 1) {
            throw call.refuse("is not over the last dimension, which alone is supported");
        }
        double[] ones = new double[size];
        Arrays.fill(ones, 1);
        FloatTensor weight = call.constantOr(2, "weight", FloatTensor.of(List.of(size), ones));
        FloatTensor bias = call.constantOr(3, "bias", FloatTensor.zeros(size));
        double epsilon = call.has(4, "eps") ? call.real(4, "eps") : 1e-5;
        if (weight.elements() != size || bias.elements() != size || !(epsilon > 0)) {
            throw call.refuse("has weights of another size than its rows, or an epsilon that is not above 0");
        }
        return unary(call, x, new TokenOperation.LayerNorm(weight, bias, epsilon));
    }

    private Value gelu(Arguments call) {
        boolean tangent = call.has(1, "approximate")
                && call.get(1, "approximate") instanceof Value.Text(String text)
                && text.equals("tanh");
        return unary(call, call.traced(0, "self"), new TokenOperation.Gelu(tangent));
    }

    private Value embedding(Arguments call) {
        FloatTensor weight = call.constant(0, "weight");
        Traced x = call.traced(1, "indices");
        if (weight.shape().size() != 2 || weight.elements() == 0 || x.value() != 0) {
            throw call.refuse("takes something other than a matrix and the model's input, which is not supported");
        }
        List<Integer> shape = new ArrayList<>(x.shape());
        shape.add(weight.shape().getLast());
        return new Traced(graph.add(new TokenOperation.Embedding(weight), List.of(x.value()), call.place()), shape);
    }

    private Value multiply(String operator, Arguments call) {
        Traced x = call.traced(0, "self");
        double given = call.get(1, "other") instanceof Value.Constant(FloatTensor tensor) && tensor.elements() == 1
                ? tensor.at(0)
                : call.real(1, "other");
        double factor = operator.equals("torch.div") ? 1 / given : given;
        requireFactor(call, factor);
        return unary(call, x, new TokenOperation.Multiply(factor));
    }

    private static void requireFactor(Arguments call, double factor) {
        if (!(factor > 1e-9) || factor > 1e9) {
            throw call.refuse("multiplies by " + factor + "; factors between 1e-9 and 1e9 are supported");
        }
    }

    private static List<Integer> without(List<Integer> shape, int at) {
        List<Integer> others = new ArrayList<>(shape.subList(0, at));
        others.addAll(shape.subList(at + 1, shape.size()));
        return others;
    }

    private static int dimension(Arguments call, int index, String name, Traced x) {
        int given = call.whole(index, name);
        int rank = x.shape().size();
        if (given < -rank || given >= rank) {
            throw call.refuse("names dimension " + given + " of " + x.shape());
        }
        return Math.floorMod(given, rank);
    }
}
