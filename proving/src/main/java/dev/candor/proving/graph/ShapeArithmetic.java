package dev.candor.proving.graph;

import java.util.Optional;

/** Traced code computes sizes with operators on single numbers; here they stay integers. */
final class ShapeArithmetic {
    private ShapeArithmetic() {}

    /** What {@code call} gives if it computes a size, or nothing. */
    static Optional<Value> apply(Arguments call) {
        return switch (call.operator()) {
            case "ops.prim.NumToTensor", "int" -> Optional.of(new Value.Whole(required(call)));
            case "torch.add", "torch.sub", "torch.mul", "torch.div", "torch.floor_divide" -> binary(call);
            default -> Optional.empty();
        };
    }

    private static Optional<Value> binary(Arguments call) {
        if (call.positional().size() < 2) {
            return Optional.empty();
        }
        Optional<Long> left = whole(call.positional().get(0));
        Optional<Long> right = whole(call.positional().get(1));
        if (left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        long a = left.get();
        long b = right.get();
        try {
            return Optional.of(new Value.Whole(
                    switch (call.operator()) {
                        case "torch.add" -> Math.addExact(a, b);
                        case "torch.sub" -> Math.subtractExact(a, b);
                        case "torch.mul" -> Math.multiplyExact(a, b);
                        default -> {
                            if (b == 0 || a % b != 0) {
                                throw call.refuse("divides the size " + a + " by " + b);
                            }
                            yield a / b;
                        }
                    }));
        } catch (ArithmeticException e) {
            throw call.refuse("computes a size that passes 2^63");
        }
    }

    private static long required(Arguments call) {
        return call.positional().stream()
                .findFirst()
                .flatMap(ShapeArithmetic::whole)
                .orElseThrow(() -> call.refuse("makes a number of something that is no size"));
    }

    private static Optional<Long> whole(Value value) {
        if (value instanceof Value.Whole(long number)) {
            return Optional.of(number);
        }
        boolean single = value instanceof Value.Constant(FloatTensor tensor)
                && tensor.elements() == 1
                && tensor.shape().isEmpty()
                && tensor.at(0) == Math.rint(tensor.at(0))
                && Math.abs(tensor.at(0)) < 1L << 53;
        return single ? Optional.of((long) ((Value.Constant) value).tensor().at(0)) : Optional.empty();
    }
}
