package dev.candor.proving.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.candor.proving.graph.Value.Constant;
import dev.candor.proving.graph.Value.Traced;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.DoubleStream;

/** Nodes that compute with tensors of the file and with sizes alone: they are computed here. */
final class OnnxConstants {
    private OnnxConstants() {}

    /** What a node gives, or nothing where it takes more than constants. */
    static Optional<Value> apply(OnnxNode node) {
        if (node.operator().equals("Constant")) {
            return Optional.of(constant(node));
        }
        if (node.operator().equals("Shape")) {
            return Optional.of(sizes(node));
        }
        List<Value> inputs = node.call().positional();
        boolean constants = !inputs.isEmpty()
                && inputs.stream().allMatch(value -> value instanceof Constant || value instanceof Value.Nothing);
        if (!constants) {
            return Optional.empty();
        }
        return switch (node.operator()) {
            case "Gather" -> Optional.of(gather(node));
            case "Unsqueeze", "Squeeze" -> Optional.of(lined(node));
            case "Concat" -> Optional.of(concatenated(node));
            case "Slice" -> Optional.of(slice(node));
            case "Transpose" -> Optional.of(transposed(node));
            case "Reshape" -> Optional.of(reshaped(node));
            case "Sqrt" -> Optional.of(arithmetic(node, (a, _) -> StrictMath.sqrt(a)));
            case "Add" -> Optional.of(arithmetic(node, Double::sum));
            case "Sub" -> Optional.of(arithmetic(node, (a, b) -> a - b));
            case "Mul" -> Optional.of(arithmetic(node, (a, b) -> a * b));
            case "Div" -> Optional.of(arithmetic(node, (a, b) -> a / b));
            default -> Optional.empty();
        };
    }

    private static Value constant(OnnxNode node) {
        AttributeProto number = node.attributes().get("value_float");
        AttributeProto whole = node.attributes().get("value_int");
        AttributeProto wholes = node.attributes().get("value_ints");
        if (number != null) {
            return new Constant(FloatTensor.of(List.of(), number.getF()));
        }
        if (whole != null) {
            return new Constant(FloatTensor.of(List.of(), (double) whole.getI()));
        }
        if (wholes != null) {
            double[] list =
                    wholes.getIntsList().stream().mapToDouble(Long::doubleValue).toArray();
            return new Constant(FloatTensor.of(List.of(list.length), list));
        }
        return new Constant(node.tensor("value"));
    }

    private static Value sizes(OnnxNode node) {
        Traced x = node.call().traced(0, "data");
        int rank = x.shape().size();
        int from = bound(node.whole("start", 0), rank);
        int to = Math.max(from, bound(node.whole("end", rank), rank));
        double[] sizes = x.shape().subList(from, to).stream()
                .mapToDouble(Integer::doubleValue)
                .toArray();
        return new Constant(FloatTensor.of(List.of(sizes.length), sizes));
    }

    private static int bound(long index, int size) {
        return Math.clamp(index < 0 ? index + size : index, 0, size);
    }

    private static Value gather(OnnxNode node) {
        FloatTensor data = node.call().constant(0, "data");
        FloatTensor indices = node.call().constant(1, "indices");
        node.require(
                data.shape().size() == 1
                        && data.elements() > 0
                        && node.whole("axis", 0) == 0
                        && indices.elements() == 1,
                "picks from more than a list of sizes, which is not supported");
        int index = Math.floorMod((long) indices.at(0), data.elements());
        return new Constant(FloatTensor.of(indices.shape(), data.at(index)));
    }

    private static Value lined(OnnxNode node) {
        FloatTensor data = node.call().constant(0, "data");
        node.require(data.elements() == 1, "reshapes more than one size, which is not supported");
        List<Integer> shape = node.operator().equals("Squeeze") ? List.of() : List.of(1);
        return new Constant(data.reshaped(shape));
    }

    private static Value concatenated(OnnxNode node) {
        DoubleStream all = DoubleStream.empty();
        for (int i = 0; i < node.call().positional().size(); i++) {
            FloatTensor part = node.call().constant(i, "input " + i);
            node.require(part.shape().size() == 1, "joins more than lists of sizes, which is not supported");
            all = DoubleStream.concat(all, DoubleStream.of(part.toArray()));
        }
        double[] joined = all.toArray();
        return new Constant(FloatTensor.of(List.of(joined.length), joined));
    }

    private static Value slice(OnnxNode node) {
        FloatTensor data = node.call().constant(0, "data");
        FloatTensor from = node.call().constant(1, "starts");
        FloatTensor to = node.call().constant(2, "ends");
        boolean steps = node.call().has(4, "steps")
                && node.call().constantOr(4, "steps", FloatTensor.zeros(0)).magnitude() != 1;
        node.require(
                data.shape().size() == 1 && from.elements() == 1 && to.elements() == 1 && !steps,
                "cuts more than a list of sizes, which is not supported");
        int first = bound((long) from.at(0), data.elements());
        int end = Math.max(first, bound((long) to.at(0), data.elements()));
        double[] part =
                DoubleStream.of(data.toArray()).skip(first).limit(end - first).toArray();
        return new Constant(FloatTensor.of(List.of(part.length), part));
    }

    private static Value transposed(OnnxNode node) {
        FloatTensor data = node.call().constant(0, "data");
        AttributeProto order = node.attributes().get("perm");
        node.require(
                data.shape().size() == 2
                        && (order == null || order.getIntsList().equals(List.of(1L, 0L))),
                "orders the dimensions of a tensor of the file that is no matrix, which is not supported");
        return new Constant(data.transposed());
    }

    private static Value reshaped(OnnxNode node) {
        FloatTensor data = node.call().constant(0, "data");
        FloatTensor wish = node.call().constant(1, "shape");
        List<Integer> shape = new ArrayList<>();
        long product = 1;
        for (int i = 0; i < wish.elements(); i++) {
            shape.add((int) wish.at(i));
            product *= (int) wish.at(i);
        }
        if (shape.equals(List.of(-1))) {
            return new Constant(data.reshaped(List.of(data.elements())));
        }
        node.require(
                shape.stream().allMatch(size -> size > 0) && product == data.elements(),
                "gives a tensor of the file another number of elements, which is not supported");
        return new Constant(data.reshaped(shape));
    }

    /** By element, where one of the two is a single number or both have one shape; of one tensor the second is 0. */
    private static Value arithmetic(OnnxNode node, DoubleBinaryOperator operator) {
        FloatTensor a = node.call().constant(0, "A");
        FloatTensor b = node.call().constantOr(1, "B", FloatTensor.of(List.of(), 0));
        node.require(
                a.elements() == 1 || b.elements() == 1 || a.shape().equals(b.shape()),
                "computes with tensors of the file of two shapes, which is not supported");
        FloatTensor larger =
                b.elements() > a.elements() || b.shape().size() > a.shape().size() ? b : a;
        double[] values = new double[larger.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = operator.applyAsDouble(a.at(a.elements() == 1 ? 0 : i), b.at(b.elements() == 1 ? 0 : i));
        }
        return new Constant(FloatTensor.of(larger.shape(), values));
    }
}
