package dev.candor.proving.graph;

import dev.candor.proving.graph.Value.Constant;
import dev.candor.proving.graph.Value.Part;
import dev.candor.proving.graph.Value.Step;
import dev.candor.proving.graph.Value.Traced;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What ONNX writes as several nodes and a graph has as one operation: layer normalisation by means, squares and roots; GELU by the error
 * function; attention whose factor is applied to queries and keys. Each node takes such a part a step further; a part that something
 * else takes is refused under the name and place of its node, or becomes an operation where it is one by itself.
 */
final class OnnxPatterns {
    /** Constants of exporters are rounded to single precision. */
    private static final double CLOSE = 1e-6;

    private final Operators operators;

    OnnxPatterns(Operators operators) {
        this.operators = operators;
    }

    /** What a node makes of parts, or nothing where it is none of these steps. */
    Optional<Value> apply(OnnxNode node) {
        return Optional.ofNullable(
                switch (node.operator()) {
                    case "ReduceMean" -> mean(node);
                    case "Sub" -> difference(node);
                    case "Pow" -> power(node);
                    case "Sqrt" -> root(node);
                    case "Erf" -> errorFunction(node);
                    case "Add" -> sum(node);
                    case "Div" -> quotient(node);
                    case "Mul" -> product(node);
                    case "MatMul" -> matrixProduct(node);
                    case "Softmax" -> softmax(node);
                    default -> null;
                });
    }

    /** A value for a node that takes no parts. */
    Value settled(Value value) {
        if (!(value instanceof Part part)) {
            return value;
        }
        Arguments begun = part.begun();
        return switch (part.step()) {
            case SCALED -> aten("torch.mul", begun, part.x(), new Value.Real(part.number()));
            case NORMALISED, WEIGHTED -> normalised(begun, part, FloatTensor.zeros(rowOf(part.x())));
            case TWICE_GELU -> aten("torch.mul", begun, gelu(begun, part.x()), new Value.Real(2));
            case MEAN, CENTRED, SQUARES, VARIANCE, VARIANCE_AND_EPSILON, DEVIATION ->
                throw begun.refuse("is supported as a part of a layer normalisation only");
            case ERROR_FUNCTION, TWICE_BELOW, BELOW -> throw begun.refuse("is supported as a part of a GELU only");
        };
    }

    private Value aten(String operator, Arguments call, Value... arguments) {
        return operators.apply(operator, new Arguments(call.operator(), call.place(), List.of(arguments), Map.of()));
    }

    private Value gelu(Arguments call, Traced x) {
        return aten("torch.gelu", call, x);
    }

    private Value normalised(Arguments call, Part part, FloatTensor bias) {
        return aten(
                "torch.layer_norm",
                call,
                part.x(),
                OnnxNode.many(rowOf(part.x())),
                new Constant(part.weight()),
                new Constant(bias),
                new Value.Real(part.number()));
    }

    private static int rowOf(Traced x) {
        return x.shape().getLast();
    }

    private static boolean is(Value value, Step step) {
        return value instanceof Part part && part.step() == step;
    }

    /** The part as which a value is at that step; a tensor is itself times 1. */
    private static Optional<Part> at(Value value, Step step, OnnxNode node) {
        if (step == Step.SCALED && value instanceof Traced x) {
            return Optional.of(part(Step.SCALED, x, 1, node));
        }
        return is(value, step) ? Optional.of((Part) value) : Optional.empty();
    }

    private static Part part(Step step, Traced x, double number, OnnxNode node) {
        return new Part(step, x, number, FloatTensor.zeros(0), node.call());
    }

    private static Part next(Step step, Part before, OnnxNode node) {
        return new Part(step, before.x(), before.number(), before.weight(), node.call());
    }

    private static Optional<Double> number(Value value) {
        return value instanceof Constant(FloatTensor tensor) && tensor.elements() == 1
                ? Optional.of(tensor.at(0))
                : Optional.empty();
    }

    private static boolean close(Optional<Double> number, double expected) {
        return number.isPresent() && Math.abs(number.get() / expected - 1) < CLOSE;
    }

    /** The elements of a constant that is one row of x, or nothing. */
    private static Optional<FloatTensor> row(Value value, Traced x) {
        boolean fits = value instanceof Constant(FloatTensor tensor)
                && tensor.elements() == rowOf(x)
                && !tensor.shape().isEmpty()
                && tensor.shape().getLast() == rowOf(x);
        return fits ? Optional.of(((Constant) value).tensor().reshaped(List.of(rowOf(x)))) : Optional.empty();
    }

    private static boolean sameTensor(Value value, Traced x) {
        return value instanceof Traced(int id, List<Integer> shape) && id == x.value() && shape.equals(x.shape());
    }

    private static Value mean(OnnxNode node) {
        Value x = node.input(0);
        boolean squares = is(x, Step.SQUARES);
        if (!squares && !(x instanceof Traced)) {
            throw node.refuse("is supported as a part of a layer normalisation only");
        }
        Traced of = squares ? ((Part) x).x() : (Traced) x;
        List<Long> axes = node.axes(1);
        int rank = of.shape().size();
        node.require(
                axes.size() == 1 && Math.floorMod(axes.getFirst(), rank) == rank - 1 && node.whole("keepdims", 1) == 1,
                "is supported over the last dimension only, which has to stay");
        return part(squares ? Step.VARIANCE : Step.MEAN, of, 0, node);
    }

    private @Nullable Value difference(OnnxNode node) {
        if (is(node.input(1), Step.MEAN) && sameTensor(node.input(0), ((Part) node.input(1)).x())) {
            return next(Step.CENTRED, (Part) node.input(1), node);
        }
        if (node.input(1) instanceof Constant(FloatTensor tensor)) {
            double[] negated = Arrays.stream(tensor.toArray()).map(x -> -x).toArray();
            return aten(
                    "torch.add",
                    node.call(),
                    settled(node.input(0)),
                    new Constant(FloatTensor.of(tensor.shape(), negated)));
        }
        throw node.refuse("is supported with a constant, or as a part of a layer normalisation");
    }

    private static Value power(OnnxNode node) {
        node.require(
                is(node.input(0), Step.CENTRED) && close(number(node.input(1)), 2),
                "is supported as a part of a layer normalisation only");
        return next(Step.SQUARES, (Part) node.input(0), node);
    }

    private static Value root(OnnxNode node) {
        node.require(
                is(node.input(0), Step.VARIANCE_AND_EPSILON), "is supported as a part of a layer normalisation only");
        return next(Step.DEVIATION, (Part) node.input(0), node);
    }

    private static Value errorFunction(OnnxNode node) {
        boolean fits = is(node.input(0), Step.SCALED)
                && close(Optional.of(((Part) node.input(0)).number()), StrictMath.sqrt(0.5));
        node.require(fits, "is supported as a part of a GELU only: of x over the root of 2");
        return next(Step.ERROR_FUNCTION, (Part) node.input(0), node);
    }

    private @Nullable Value sum(OnnxNode node) {
        for (int i = 0; i < 2; i++) {
            Value one = node.input(i);
            Value other = node.input(1 - i);
            if (is(one, Step.ERROR_FUNCTION) && close(number(other), 1)) {
                return next(Step.TWICE_BELOW, (Part) one, node);
            }
            if (is(one, Step.VARIANCE) && number(other).isPresent()) {
                return part(
                        Step.VARIANCE_AND_EPSILON,
                        ((Part) one).x(),
                        number(other).get(),
                        node);
            }
            if (one instanceof Part part && (part.step() == Step.WEIGHTED || part.step() == Step.NORMALISED)) {
                Optional<FloatTensor> bias = row(other, part.x());
                if (bias.isPresent()) {
                    return normalised(part.begun(), part, bias.get());
                }
            }
        }
        return null;
    }

    private static @Nullable Value quotient(OnnxNode node) {
        if (is(node.input(0), Step.CENTRED)
                && is(node.input(1), Step.DEVIATION)
                && sameTensor(((Part) node.input(0)).x(), ((Part) node.input(1)).x())) {
            Part deviation = (Part) node.input(1);
            double[] ones = new double[rowOf(deviation.x())];
            Arrays.fill(ones, 1);
            FloatTensor weight = FloatTensor.of(List.of(ones.length), ones);
            return new Part(Step.NORMALISED, deviation.x(), deviation.number(), weight, node.call());
        }
        Optional<Part> scaled = at(node.input(0), Step.SCALED, node);
        Optional<Double> number = number(node.input(1));
        if (scaled.isPresent() && number.isPresent()) {
            return part(Step.SCALED, scaled.get().x(), scaled.get().number() / number.get(), node);
        }
        throw node.refuse("is supported by a single number, or as a part of a layer normalisation");
    }

    private Value product(OnnxNode node) {
        for (int i = 0; i < 2; i++) {
            Value one = node.input(i);
            Value other = node.input(1 - i);
            if (is(one, Step.CENTRED) && is(other, Step.CENTRED) && sameTensor(((Part) one).x(), ((Part) other).x())) {
                return next(Step.SQUARES, (Part) one, node);
            }
            if (is(one, Step.NORMALISED) && row(other, ((Part) one).x()).isPresent()) {
                Part part = (Part) one;
                FloatTensor weight = row(other, part.x()).orElseThrow();
                return new Part(Step.WEIGHTED, part.x(), part.number(), weight, part.begun());
            }
            if (is(one, Step.TWICE_BELOW) && close(number(other), 0.5)) {
                return next(Step.BELOW, (Part) one, node);
            }
            if (is(one, Step.BELOW) && sameTensor(other, ((Part) one).x())) {
                return gelu(node.call(), ((Part) one).x());
            }
            if (is(one, Step.TWICE_BELOW) && at(other, Step.SCALED, node).isPresent()) {
                Part scaled = at(other, Step.SCALED, node).orElseThrow();
                boolean same = sameTensor(scaled.x(), ((Part) one).x());
                if (same && scaled.number() == 1) {
                    return next(Step.TWICE_GELU, (Part) one, node);
                }
                if (same && close(Optional.of(scaled.number()), 0.5)) {
                    return gelu(node.call(), scaled.x());
                }
            }
            if (is(one, Step.TWICE_GELU) && close(number(other), 0.5)) {
                return gelu(node.call(), ((Part) one).x());
            }
            Optional<Part> scaled = at(one, Step.SCALED, node);
            if (scaled.isPresent() && number(other).isPresent()) {
                return part(
                        Step.SCALED,
                        scaled.get().x(),
                        scaled.get().number() * number(other).get(),
                        node);
            }
        }
        throw node.refuse("is supported by a single number, or as a part of a layer normalisation or GELU");
    }

    /** Factors of the two sides wait for the softmax behind. */
    private @Nullable Value matrixProduct(OnnxNode node) {
        if (!is(node.input(0), Step.SCALED) && !is(node.input(1), Step.SCALED)) {
            return null;
        }
        Optional<Part> left = at(node.input(0), Step.SCALED, node);
        Optional<Part> right = at(node.input(1), Step.SCALED, node);
        if (left.isEmpty() || right.isEmpty()) {
            return null;
        }
        Value x = aten("torch.matmul", node.call(), left.get().x(), right.get().x());
        double factor = left.get().number() * right.get().number();
        // Roots of roots in single precision: what is meant is known.
        double usual = 1 / StrictMath.sqrt(rowOf(left.get().x()));
        return part(Step.SCALED, (Traced) x, close(Optional.of(factor), usual) ? usual : factor, node);
    }

    private @Nullable Value softmax(OnnxNode node) {
        if (!(node.input(0) instanceof Part part) || part.step() != Step.SCALED) {
            return null;
        }
        List<Value> arguments = List.of(part.x(), new Value.Whole(node.whole("axis", -1)));
        Arguments call = new Arguments(node.call().operator(), node.call().place(), arguments, Map.of());
        return operators.tokens().softmax(call, part.number());
    }
}
