package dev.candor.proving.graph;

import dev.candor.proving.graph.TokenOperation.Embedding;
import dev.candor.proving.graph.TokenOperation.Gelu;
import dev.candor.proving.graph.TokenOperation.LayerNorm;
import dev.candor.proving.graph.TokenOperation.MatMul;
import dev.candor.proving.graph.TokenOperation.Multiply;
import dev.candor.proving.graph.TokenOperation.Permute;
import dev.candor.proving.graph.TokenOperation.Slice;
import dev.candor.proving.graph.TokenOperation.Softmax;
import dev.candor.proving.network.Shape;
import java.util.List;

/** The operations of transformers in double precision. */
final class TokenExecution {
    private TokenExecution() {}

    static double[] run(TokenOperation operation, double[] x, double[] second, Shape from, Shape to) {
        double[] y = new double[to.elements()];
        switch (operation) {
            case Permute(List<Integer> order) -> permute(order, x, y, from, to);
            case Slice(int dimension, int first, int count) -> slice(dimension, first, count, x, y, from);
            case MatMul(boolean transposed) -> matmul(transposed, x, second, y, from, to);
            case Softmax(double factor) -> softmax(factor, x, y, from.last());
            case LayerNorm norm -> layerNorm(norm, x, y);
            case Gelu gelu -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = gelu.apply(x[i]);
                }
            }
            case Embedding(FloatTensor weight) -> {
                int columns = weight.shape().getLast();
                int tokens = weight.shape().getFirst();
                for (int i = 0; i < y.length; i++) {
                    double token = x[i / columns];
                    if (token != Math.rint(token) || token < 0 || token >= tokens) {
                        throw new IllegalArgumentException("a sample holds the token " + token
                                + "; tokens are integers from 0 to " + (tokens - 1));
                    }
                    y[i] = weight.at(((int) token) * columns + i % columns);
                }
            }
            case Multiply(double factor) -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = x[i] * factor;
                }
            }
        }
        return y;
    }

    private static void permute(List<Integer> order, double[] x, double[] y, Shape from, Shape to) {
        int rank = from.rank();
        int[] strides = new int[rank];
        int stride = 1;
        for (int d = rank - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= from.size(d);
        }
        for (int i = 0; i < y.length; i++) {
            int rest = i;
            int source = 0;
            for (int d = rank - 1; d >= 0; d--) {
                source += rest % to.size(d) * strides[order.get(d)];
                rest /= to.size(d);
            }
            y[i] = x[source];
        }
    }

    private static void slice(int dimension, int first, int count, double[] x, double[] y, Shape from) {
        int inner = 1;
        for (int d = dimension + 1; d < from.rank(); d++) {
            inner *= from.size(d);
        }
        int block = from.size(dimension) * inner;
        for (int outer = 0; outer < x.length / block; outer++) {
            System.arraycopy(x, outer * block + first * inner, y, outer * count * inner, count * inner);
        }
    }

    private static void matmul(boolean transposed, double[] a, double[] b, double[] y, Shape from, Shape to) {
        int inner = from.last();
        int rows = to.size(to.rank() - 2);
        int columns = to.last();
        for (int i = 0; i < y.length; i++) {
            int head = i / (rows * columns);
            int row = i / columns;
            double sum = 0;
            for (int k = 0; k < inner; k++) {
                int right = transposed ? i % columns * inner + k : k * columns + i % columns;
                sum += a[row * inner + k] * b[head * inner * columns + right];
            }
            y[i] = sum;
        }
    }

    private static void softmax(double factor, double[] x, double[] y, int size) {
        for (int row = 0; row < x.length; row += size) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = row; i < row + size; i++) {
                largest = Math.max(largest, x[i]);
            }
            double sum = 0;
            for (int i = row; i < row + size; i++) {
                y[i] = StrictMath.exp((x[i] - largest) * factor);
                sum += y[i];
            }
            for (int i = row; i < row + size; i++) {
                y[i] /= sum;
            }
        }
    }

    private static void layerNorm(LayerNorm norm, double[] x, double[] y) {
        int size = norm.weight().elements();
        for (int row = 0; row < x.length; row += size) {
            double mean = 0;
            for (int i = row; i < row + size; i++) {
                mean += x[i] / size;
            }
            double variance = norm.epsilon();
            for (int i = row; i < row + size; i++) {
                variance += (x[i] - mean) * (x[i] - mean) / size;
            }
            double root = Math.sqrt(variance);
            for (int i = row; i < row + size; i++) {
                y[i] = (x[i] - mean) / root * norm.weight().at(i - row)
                        + norm.bias().at(i - row);
            }
        }
    }
}
