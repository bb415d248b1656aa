package dev.candor.proving.network;

import dev.candor.proving.network.TokenLayer.Affine;
import dev.candor.proving.network.TokenLayer.Centre;
import dev.candor.proving.network.TokenLayer.Embedding;
import dev.candor.proving.network.TokenLayer.MatMul;
import dev.candor.proving.network.TokenLayer.Normalise;
import dev.candor.proving.network.TokenLayer.Permute;
import dev.candor.proving.network.TokenLayer.Slice;
import dev.candor.proving.network.TokenLayer.Softmax;
import dev.candor.proving.network.TokenLayer.Table;

/** The operations of transformers, as their definitions say. */
final class TokenExecution {
    private TokenExecution() {}

    static long[] run(
            TokenLayer layer, Parameters.Entry entry, int batch, long[] x, long[] second, Shape from, Shape to) {
        return switch (layer) {
            case TokenLayer.Reshape _ -> x;
            case Permute permute -> permute(permute, batch, x, from, to);
            case Slice slice -> slice(slice, x, from);
            case MatMul(boolean transposed) -> matmul(transposed, batch, x, second, from, to);
            case Table(int low, IntTensor values) -> table(low, values, x);
            case Centre(int size) -> centre(size, x);
            case Normalise normalise -> normalise(normalise, x);
            case Affine(int size) -> affine(size, entry, x);
            case Softmax softmax -> softmax(softmax, x);
            case Embedding(int _, int columns) -> embedding(columns, entry, x);
        };
    }

    private static long[] permute(Permute permute, int batch, long[] x, Shape from, Shape to) {
        int rank = from.rank();
        int[] strides = new int[rank];
        int stride = 1;
        for (int d = rank - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= from.size(d);
        }
        long[] y = new long[x.length];
        for (int b = 0; b < batch; b++) {
            for (int i = 0; i < stride; i++) {
                int rest = i;
                int source = b * stride;
                for (int d = rank - 1; d >= 0; d--) {
                    source += rest % to.size(d) * strides[permute.order().get(d)];
                    rest /= to.size(d);
                }
                y[b * stride + i] = x[source];
            }
        }
        return y;
    }

    private static long[] slice(Slice slice, long[] x, Shape from) {
        int inner = 1;
        for (int d = slice.dimension() + 1; d < from.rank(); d++) {
            inner *= from.size(d);
        }
        int block = from.size(slice.dimension()) * inner;
        int taken = slice.count() * inner;
        long[] y = new long[x.length / block * taken];
        for (int outer = 0; outer < x.length / block; outer++) {
            System.arraycopy(x, outer * block + slice.from() * inner, y, outer * taken, taken);
        }
        return y;
    }

    private static long[] matmul(boolean transposed, int batch, long[] a, long[] b, Shape from, Shape to) {
        int inner = from.last();
        int rows = to.size(to.rank() - 2);
        int columns = to.last();
        long[] y = new long[batch * to.elements()];
        for (int h = 0; h < y.length / (rows * columns); h++) {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    long sum = 0;
                    for (int k = 0; k < inner; k++) {
                        int right = transposed ? j * inner + k : k * columns + j;
                        sum += a[(h * rows + i) * inner + k] * b[h * inner * columns + right];
                    }
                    y[(h * rows + i) * columns + j] = sum;
                }
            }
        }
        return y;
    }

    private static long[] table(int low, IntTensor values, long[] x) {
        long[] y = new long[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = values.at((int) (x[i] - low));
        }
        return y;
    }

    private static long[] centre(int size, long[] x) {
        long[] y = new long[x.length];
        for (int row = 0; row < x.length; row += size) {
            long sum = 0;
            for (int i = row; i < row + size; i++) {
                sum += x[i];
            }
            for (int i = row; i < row + size; i++) {
                y[i] = size * x[i] - sum;
            }
        }
        return y;
    }

    private static long[] normalise(Normalise normalise, long[] x) {
        long[] y = new long[x.length];
        for (int row = 0; row < x.length; row += normalise.size()) {
            long squares = normalise.epsilon();
            for (int i = row; i < row + normalise.size(); i++) {
                squares += x[i] * x[i];
            }
            long factor = normalise.factor(squares);
            for (int i = row; i < row + normalise.size(); i++) {
                y[i] = x[i] * factor;
            }
        }
        return y;
    }

    private static long[] affine(int size, Parameters.Entry entry, long[] x) {
        long[] y = new long[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * entry.weights().at(i % size) + entry.biases().at(i % size);
        }
        return y;
    }

    private static long[] softmax(Softmax softmax, long[] x) {
        long[] y = new long[x.length];
        for (int row = 0; row < x.length; row += softmax.size()) {
            long largest = Long.MIN_VALUE;
            for (int i = row; i < row + softmax.size(); i++) {
                largest = Math.max(largest, x[i]);
            }
            long sum = 0;
            for (int i = row; i < row + softmax.size(); i++) {
                y[i] = softmax.exponentials().at((int) (largest - x[i]));
                sum += y[i];
            }
            long factor = softmax.factor(sum);
            for (int i = row; i < row + softmax.size(); i++) {
                y[i] *= factor;
            }
        }
        return y;
    }

    private static long[] embedding(int columns, Parameters.Entry entry, long[] x) {
        long[] y = new long[x.length * columns];
        for (int i = 0; i < y.length; i++) {
            y[i] = entry.weights().at((int) x[i / columns] * columns + i % columns);
        }
        return y;
    }
}
