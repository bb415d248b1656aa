package dev.candor.proving.graph;

import dev.candor.proving.network.Shape;
import dev.candor.torchscript.Code;
import dev.candor.torchscript.Code.Expression;
import dev.candor.torchscript.Code.Position;
import dev.candor.torchscript.Code.Statement;
import dev.candor.torchscript.InspectionLimits;
import dev.candor.torchscript.InvalidModelException;
import dev.candor.torchscript.PickleValue;
import dev.candor.torchscript.TensorData;
import dev.candor.torchscript.TorchScriptModel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a traced module into a graph, by running its code on shapes: modules' methods are followed, calls of operators become nodes.
 * Branches and loops are refused, so are modules with more than one input or output.
 */
public final class TorchScriptReader {
    private static final int MOST_STEPS = 200_000;
    private static final int MOST_DEPTH = 100;

    private final TorchScriptModel model;
    private final FloatGraph.Builder graph;
    private final Operators operators;
    private final Map<PickleValue.TensorRef, FloatTensor> tensors = new HashMap<>();
    private int steps;
    private int depth;

    private TorchScriptReader(TorchScriptModel model, Shape input) {
        this.model = model;
        this.graph = new FloatGraph.Builder(input);
        this.operators = new Operators(graph);
    }

    /**
     * Reads a file.
     *
     * @param file which nobody may write to meanwhile
     * @param input the shape of one sample, without the batch
     * @throws InvalidModelException where it is no TorchScript file
     * @throws UnsupportedModelException where it is one that cannot be compiled
     */
    public static FloatGraph read(ByteBuffer file, Shape input) {
        TorchScriptModel model = TorchScriptModel.read(file, InspectionLimits.DEFAULT, Shape.MOST_ELEMENTS);
        TorchScriptReader reader = new TorchScriptReader(model, input);
        List<Integer> shape = new ArrayList<>(List.of(1));
        shape.addAll(input.sizes());
        Value result = reader.method(
                model.root(),
                "forward",
                List.of(new Value.Traced(0, shape)),
                model.root().className());
        if (!(result instanceof Value.Traced(int value, List<Integer> given))) {
            throw new UnsupportedModelException(
                    "the model gives " + result.kind() + "; a single tensor that depends on the input is supported");
        }
        if (given.isEmpty() || given.getFirst() != 1) {
            throw new UnsupportedModelException(
                    "the model gives a tensor of shape " + given + "; the batch, of 1, has to stand in front");
        }
        return reader.graph.build(value);
    }

    private Value method(PickleValue.Instance self, String name, List<Value> arguments, String place) {
        Code.ClassDefinition definition = model.code().classes().get(self.className());
        Code.Function function =
                definition == null ? null : definition.methods().get(name);
        if (function == null) {
            throw UnsupportedModelException.at(name, place, "is not declared by " + self.className());
        }
        List<Value> all = new ArrayList<>(List.of(new Value.Module(self)));
        all.addAll(arguments);
        return run(function, all, place);
    }

    private Value run(Code.Function function, List<Value> arguments, String place) {
        if (function.parameters().size() != arguments.size()) {
            throw UnsupportedModelException.at(
                    function.name(),
                    place,
                    "takes " + function.parameters().size() + " arguments and is given " + arguments.size()
                            + "; models with one input are supported");
        }
        if (++depth > MOST_DEPTH) {
            throw UnsupportedModelException.at(
                    function.name(), place, "calls modules nested deeper than " + MOST_DEPTH);
        }
        Map<String, Value> names = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            names.put(function.parameters().get(i), arguments.get(i));
        }
        for (Statement statement : function.body()) {
            if (++steps > MOST_STEPS) {
                throw new UnsupportedModelException("the model's code runs more than " + MOST_STEPS + " statements");
            }
            Position at = statement.position();
            switch (statement) {
                case Statement.Assign(List<String> targets, Expression value, Position _) ->
                    assign(targets, evaluate(value, names, at), names, at);
                case Statement.Evaluate(Expression value, Position _) -> evaluate(value, names, at);
                case Statement.Return(Expression value, Position _) -> {
                    Value result = evaluate(value, names, at);
                    depth--;
                    return result;
                }
                case Statement.Other(String word, Position _) ->
                    throw UnsupportedModelException.at(
                            "\"" + word + "\"",
                            at.toString(),
                            "is not supported: only traced modules, without branches and loops, are compiled");
            }
        }
        throw UnsupportedModelException.at(function.name(), function.position().toString(), "returns nothing");
    }

    private static void assign(List<String> targets, Value value, Map<String, Value> names, Position at) {
        if (targets.size() == 1) {
            names.put(targets.getFirst(), value);
            return;
        }
        if (!(value instanceof Value.Many(List<Value> items)) || items.size() != targets.size()) {
            throw UnsupportedModelException.at(
                    "an assignment to " + targets, at.toString(), "is given " + value.kind());
        }
        for (int i = 0; i < targets.size(); i++) {
            names.put(targets.get(i), items.get(i));
        }
    }

    private Value evaluate(Expression expression, Map<String, Value> names, Position at) {
        return switch (expression) {
            case Expression.Name(String name) -> {
                Value value = names.get(name);
                if (value == null) {
                    throw UnsupportedModelException.at("the name " + name, at.toString(), "has no value");
                }
                yield value;
            }
            case Expression.Numeral numeral -> number(numeral, at);
            case Expression.Text(String text) -> new Value.Text(text);
            case Expression.Truth(boolean value) -> new Value.Truth(value);
            case Expression.Nothing() -> new Value.Nothing();
            case Expression.ListOf(List<Expression> items) -> many(items, names, at);
            case Expression.TupleOf(List<Expression> items) -> many(items, names, at);
            case Expression.Attribute(Expression.Name(String root), String name)
            when root.equals("CONSTANTS") -> constant(name, at);
            case Expression.Attribute(Expression object, String name) -> field(evaluate(object, names, at), name, at);
            case Expression.Call call -> call(call, names, at);
            case Expression.Operation(String sign, List<Expression> operands)
            when sign.equals("-") && operands.size() == 1 ->
                switch (evaluate(operands.getFirst(), names, at)) {
                    case Value.Whole(long value) -> new Value.Whole(-value);
                    case Value.Real(double value) -> new Value.Real(-value);
                    case Value other ->
                        throw UnsupportedModelException.at("-", at.toString(), "is applied to " + other.kind());
                };
            case Expression.Operation(String sign, List<Expression> _) ->
                throw UnsupportedModelException.at("\"" + sign + "\"", at.toString(), "is not supported in code");
            case Expression.Index _ ->
                throw UnsupportedModelException.at("an index", at.toString(), "is not supported in code");
        };
    }

    private static Value number(Expression.Numeral numeral, Position at) {
        try {
            return numeral.whole()
                    ? new Value.Whole(Long.parseLong(numeral.text()))
                    : new Value.Real(Double.parseDouble(numeral.text()));
        } catch (NumberFormatException e) {
            throw UnsupportedModelException.at("the number " + numeral.text(), at.toString(), "is not supported");
        }
    }

    private Value many(List<Expression> items, Map<String, Value> names, Position at) {
        List<Value> values = new ArrayList<>();
        items.forEach(item -> values.add(evaluate(item, names, at)));
        return new Value.Many(values);
    }

    private Value constant(String name, Position at) {
        // The inspection has seen to it that the name is a c and a number.
        int index = Integer.parseInt(name.substring(1));
        if (index >= model.constants()) {
            throw UnsupportedModelException.at("CONSTANTS." + name, at.toString(), "is not in the file");
        }
        return new Value.Constant(tensor(model.constant(index)));
    }

    private Value field(Value object, String name, Position at) {
        if (!(object instanceof Value.Module(PickleValue.Instance instance))) {
            throw UnsupportedModelException.at("." + name, at.toString(), "is taken of " + object.kind());
        }
        PickleValue field = instance.fields().get(name);
        if (field == null) {
            throw UnsupportedModelException.at("." + name, at.toString(), "is no field of " + instance.className());
        }
        return value(field, name, at);
    }

    private Value value(PickleValue field, String name, Position at) {
        return switch (field) {
            case PickleValue.Instance module -> new Value.Module(module);
            case PickleValue.TensorRef reference ->
                new Value.Constant(tensors.computeIfAbsent(reference, r -> tensor(model.tensor(r))));
            case PickleValue.Int(long number) -> new Value.Whole(number);
            case PickleValue.Real(double number) -> new Value.Real(number);
            case PickleValue.Bool(boolean truth) -> new Value.Truth(truth);
            case PickleValue.Text(String text) -> new Value.Text(text);
            case PickleValue.None _ -> new Value.Nothing();
            case PickleValue.Tuple(List<PickleValue> items, int _) ->
                new Value.Many(items.stream().map(item -> value(item, name, at)).toList());
            case PickleValue.ListValue list ->
                new Value.Many(
                        list.items().stream().map(item -> value(item, name, at)).toList());
            case PickleValue.DictValue _,
                    PickleValue.Complex _,
                    PickleValue.Device _,
                    PickleValue.ClassRef _,
                    PickleValue.Storage _,
                    PickleValue.StorageType _,
                    PickleValue.Function _ ->
                throw UnsupportedModelException.at("." + name, at.toString(), "holds a value of a kind not supported");
        };
    }

    private static FloatTensor tensor(TensorData data) {
        return FloatTensor.of(data.shape(), data.values());
    }

    private Value call(Expression.Call call, Map<String, Value> names, Position at) {
        String path = path(call.callee());
        if (path.equals("annotate") && call.arguments().size() == 2) {
            return evaluate(call.arguments().getLast(), names, at);
        }
        List<Value> arguments = new ArrayList<>();
        call.arguments().forEach(argument -> arguments.add(evaluate(argument, names, at)));
        Map<String, Value> named = new HashMap<>();
        call.named().forEach((name, argument) -> named.put(name, evaluate(argument, names, at)));
        if (path.equals("getattr") && arguments.size() == 2 && arguments.getLast() instanceof Value.Text(String name)) {
            return field(arguments.getFirst(), name, at);
        }
        Optional<Value> size = ShapeArithmetic.apply(new Arguments(path, at.toString(), arguments, named));
        if (size.isPresent()) {
            return size.get();
        }
        if (path.startsWith("torch.") || path.startsWith("ops.")) {
            return operators.apply(path, new Arguments(path, at.toString(), arguments, named));
        }
        if (path.startsWith("__torch__.")) {
            Code.Function function = model.code().functions().get(path);
            if (function != null) {
                return run(function, arguments, at.toString());
            }
        }
        if (call.callee() instanceof Expression.Attribute(Expression object, String method) && named.isEmpty()) {
            if (evaluate(object, names, at) instanceof Value.Module(PickleValue.Instance instance)) {
                return method(instance, method, arguments, at.toString());
            }
        }
        throw UnsupportedModelException.at(path.isEmpty() ? "a call" : path, at.toString(), "is not supported");
    }

    /** A chain of names with dots, or nothing where the callee is something else. */
    private static String path(Expression callee) {
        return switch (callee) {
            case Expression.Name(String name) -> name;
            case Expression.Attribute(Expression object, String name) -> {
                String before = path(object);
                yield before.isEmpty() ? "" : before + "." + name;
            }
            case Expression _ -> "";
        };
    }
}
