package dev.candor.proving.graph;

import dev.candor.proving.network.Shape;
import dev.candor.proving.network.TokenLayer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operations of transformers; rows are innermost dimensions. */
public sealed interface TokenOperation extends FloatOperation {
    /** Dimension i of the result is dimension {@code order[i]} of what is given. */
    record Permute(List<Integer> order) implements TokenOperation {
        public Permute {
            order = List.copyOf(order);
        }

        @Override
        public String name() {
            return "permute";
        }
    }

    /** Some indices of one dimension. */
    record Slice(int dimension, int from, int count) implements TokenOperation {
        @Override
        public String name() {
            return "slice";
        }
    }

    /** The product of two tensors' last two dimensions; of the right one's exchanged, where that is transposed. */
    record MatMul(boolean transposed) implements TokenOperation {
        @Override
        public String name() {
            return "matmul";
        }
    }

    /** Softmax of each row times {@code factor}, which is above 0. */
    record Softmax(double factor) implements TokenOperation {
        @Override
        public String name() {
            return "softmax";
        }
    }

    /** Each row less its mean, over the root of its variance and epsilon, times weights plus biases. */
    record LayerNorm(FloatTensor weight, FloatTensor bias, double epsilon) implements TokenOperation {
        @Override
        public String name() {
            return "layer_norm";
        }
    }

    /** {@code x * P(X <= x)} for a standard normal X, or its approximation by a hyperbolic tangent. */
    record Gelu(boolean tangent) implements TokenOperation {
        @Override
        public String name() {
            return "gelu";
        }

        /** The function. */
        public double apply(double x) {
            return tangent
                    ? x / 2 * (1 + StrictMath.tanh(StrictMath.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))
                    : x * Normal.below(x);
        }
    }

    /** Each token, an integer, becomes a row of {@code weight}. */
    record Embedding(FloatTensor weight) implements TokenOperation {
        @Override
        public String name() {
            return "embedding";
        }
    }

    /** Every element times a number above 0. */
    record Multiply(double factor) implements TokenOperation {
        @Override
        public String name() {
            return "mul";
        }
    }

    /** The shape that {@code operation} gives, or null where it does not take these. */
    static @Nullable Shape shapeOf(TokenOperation operation, List<Shape> inputs) {
        Shape x = inputs.getFirst();
        return switch (operation) {
            case Permute(List<Integer> order) ->
                order.size() == x.rank() ? new Shape(order.stream().map(x::size).toList()) : null;
            case Slice(int dimension, int from, int count) ->
                new TokenLayer.Slice(dimension, from, count).outputShape(List.of(x));
            case MatMul(boolean transposed) -> new TokenLayer.MatMul(transposed).outputShape(inputs);
            case LayerNorm(FloatTensor weight, FloatTensor _, double _) -> weight.elements() == x.last() ? x : null;
            case Embedding(FloatTensor weight) ->
                new TokenLayer.Embedding(
                                weight.shape().getFirst(), weight.shape().getLast())
                        .outputShape(inputs);
            case Softmax _, Gelu _, Multiply _ -> x;
        };
    }
}
