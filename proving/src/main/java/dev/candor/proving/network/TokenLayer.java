package dev.candor.proving.network;

import java.util.ArrayList;
import java.util.List;

/** The operations of transformers: rearranging, products of activations, tables, and what normalises a row (the innermost dimension). */
public sealed interface TokenLayer extends Layer {
    /** The same elements in the same order, in another shape of as many elements. */
    record Reshape(Shape shape) implements TokenLayer {
        @Override
        public String name() {
            return "reshape";
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            if (inputs.getFirst().elements() != shape.elements()) {
                throw new InvalidNetworkException("reshape makes " + shape + " of " + inputs.getFirst());
            }
            return shape;
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            return inputs.getFirst();
        }
    }

    /**
     * Dimensions in another order: dimension i of y is dimension {@code order[i]} of x.
     *
     * @param order each dimension once
     */
    record Permute(List<Integer> order) implements TokenLayer {
        public Permute {
            order = List.copyOf(order);
            for (int i = 0; i < order.size(); i++) {
                if (!order.contains(i)) {
                    throw new InvalidNetworkException("permute has the order " + order + ", which leaves out " + i);
                }
            }
        }

        @Override
        public String name() {
            return "permute";
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            Shape x = inputs.getFirst();
            if (x.rank() != order.size()) {
                throw new InvalidNetworkException("permute orders " + order.size() + " dimensions and is given " + x);
            }
            return new Shape(order.stream().map(x::size).toList());
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            return inputs.getFirst();
        }
    }

    /** The indices [{@code from}, {@code from + count}) of one dimension. */
    record Slice(int dimension, int from, int count) implements TokenLayer {
        @Override
        public String name() {
            return "slice";
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            Shape x = inputs.getFirst();
            boolean fits = dimension >= 0
                    && dimension < x.rank()
                    && from >= 0
                    && count >= 1
                    && from <= x.size(dimension) - count;
            if (!fits) {
                throw new InvalidNetworkException("slice takes " + count + " from " + from + " on of dimension "
                        + dimension + " and is given " + x);
            }
            List<Integer> sizes = new ArrayList<>(x.sizes());
            sizes.set(dimension, count);
            return new Shape(sizes);
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            return inputs.getFirst();
        }
    }

    /**
     * {@code y[h, i, j] = sum over k of a[h, i, k] * b[h, k, j]}, or {@code b[h, j, k]} where the right side is transposed; h runs over all
     * outer dimensions, which are the same for a and b. Takes activations; |y| is at most k * max|a| * max|b|.
     */
    record MatMul(boolean transposed) implements TokenLayer {
        @Override
        public String name() {
            return "matmul";
        }

        @Override
        public int arity() {
            return 2;
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            Shape a = inputs.getFirst();
            Shape b = inputs.getLast();
            int rank = a.rank();
            boolean fits = rank >= 2
                    && b.rank() == rank
                    && a.sizes().subList(0, rank - 2).equals(b.sizes().subList(0, rank - 2))
                    && a.last() == (transposed ? b.last() : b.size(rank - 2));
            if (!fits) {
                throw new InvalidNetworkException("matmul is given " + a + " and " + b);
            }
            return Rules.withLast(a, transposed ? b.size(rank - 2) : b.last());
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            throw new IllegalStateException("the range of a product depends on its shapes");
        }

        @Override
        public Range outputRange(List<Range> inputs, List<Shape> shapes) {
            Range a = Rules.activation(name(), inputs.getFirst());
            Range b = Rules.activation(name(), inputs.getLast());
            long most = a.magnitude() * b.magnitude() * shapes.getFirst().last();
            return new Range(-most, most);
        }

        @Override
        public long multiplyAccumulates(List<Shape> inputs) {
            return (long) outputShape(inputs).elements() * inputs.getFirst().last();
        }
    }

    /**
     * {@code y = values[x - low]}, element by element.
     *
     * @param low the least x
     * @param values activations, one for each x from low on, at most 2^16
     */
    record Table(int low, IntTensor values) implements TokenLayer {
        /** The most entries. */
        public static final int MOST = 1 << 16;

        public Table {
            if (values.size() < 1 || values.size() > MOST) {
                throw new InvalidNetworkException("table has " + values.size() + " entries; 1 to 2^16 are possible");
            }
            range(values);
        }

        @Override
        public String name() {
            return "table";
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            return inputs.getFirst();
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            Range known = new Range(low, low + values.size() - 1L);
            if (!known.contains(inputs.getFirst())) {
                throw new InvalidNetworkException(
                        "table has entries for " + known + " and is given values within " + inputs.getFirst());
            }
            return range(values);
        }

        private static Range range(IntTensor values) {
            Range range = new Range(values.at(0), values.at(0));
            for (int i = 1; i < values.size(); i++) {
                range = range.with(values.at(i));
            }
            return Rules.activation("table", range);
        }
    }

    /**
     * {@code y[i] = n * x[i] - sum over k of x[k]} for each row of n activations: n times the distance from the mean, exactly. |y| is at most
     * (n - 1) * (max x - min x).
     */
    record Centre(int size) implements TokenLayer {
        @Override
        public String name() {
            return "centre";
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            return Rules.rows(name(), inputs.getFirst(), size);
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            Range x = Rules.activation(name(), inputs.getFirst());
            long most = (size - 1L) * (x.high() - x.low());
            return new Range(-most, most);
        }
    }

    /**
     * {@code y[i] = x[i] * s} for each row of n activations, where {@code V = epsilon + sum over k of x[k]^2} and s is
     * {@code 2^fraction / sqrt(V)} rounded down: the only integer with {@code s >= 0}, {@code s^2 * V <= 2^(2 fraction)} and
     * {@code (s + 1)^2 * V > 2^(2 fraction)}. |y| is at most 2^fraction.
     *
     * <p>What has to be shown of s goes through {@code w = s V}, at most {@code 2^fraction sqrt(V)}: the bits of s and w, and those of s and
     * V, are at most 61 together. The larger epsilon is, the fewer bits s has.
     *
     * @param size n, at most 2^13
     * @param fraction 1 to 25
     * @param epsilon 1 to 2^30
     */
    record Normalise(int size, int fraction, int epsilon) implements TokenLayer {
        /** The largest row. */
        public static final int MOST_SIZE = 1 << 13;

        private static final int MOST_BITS = 61;

        public Normalise {
            if (size < 1 || size > MOST_SIZE) {
                throw new InvalidNetworkException("normalise has rows of " + size + "; 1 to 2^13 are possible");
            }
            if (fraction < 1 || fraction > 25) {
                throw new InvalidNetworkException("normalise has a fraction of " + fraction + "; 1 to 25 are possible");
            }
            if (epsilon < 1 || epsilon > 1 << 30) {
                throw new InvalidNetworkException("normalise has the epsilon " + epsilon + "; 1 to 2^30 are possible");
            }
        }

        /** The factor of a row with this sum of squares, epsilon included. */
        public long factor(long squares) {
            long most = 1L << (2 * fraction);
            long s = (long) Math.floor(Math.scalb(1 / Math.sqrt((double) squares), fraction));
            while (s * s > most / squares) {
                s--;
            }
            while ((s + 1) * (s + 1) <= most / squares) {
                s++;
            }
            return s;
        }

        /** The least number of bits that every factor of a row has room in. */
        public int factorBits() {
            return Rules.bits(factor(epsilon));
        }

        /** The least number of bits that every sum of squares has room in, epsilon included, for x within a range. */
        public int squareBits(Range x) {
            return Rules.bits(epsilon + size * x.magnitude() * x.magnitude());
        }

        /** Whether the products stay within their bits for x within a range. */
        public boolean fits(Range x) {
            return factorBits() + Math.max(productBits(x), squareBits(x)) <= MOST_BITS;
        }

        /** A number of bits that every product of a factor and its sum of squares has room in, for x within a range. */
        public int productBits(Range x) {
            return fraction + (squareBits(x) + 1) / 2;
        }

        @Override
        public String name() {
            return "normalise";
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            return Rules.rows(name(), inputs.getFirst(), size);
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            Range x = Rules.activation(name(), inputs.getFirst());
            if (!fits(x)) {
                throw new InvalidNetworkException("normalise has a fraction of " + fraction + " and an epsilon of "
                        + epsilon + " and is given values within " + x + ": its products pass " + MOST_BITS
                        + " bits; a larger epsilon, a smaller fraction or a smaller range is needed");
            }
            return new Range(-(1L << fraction), 1L << fraction);
        }

        @Override
        public long multiplyAccumulates(List<Shape> inputs) {
            return 2L * inputs.getFirst().elements();
        }
    }

    /**
     * {@code y[i] = x[i] * weight[i] + bias[i]} for each row of activations.
     *
     * @param size the size of a row, and the number of weights and of biases
     */
    record Affine(int size) implements TokenLayer {
        public Affine {
            Rules.positive("affine", "elements a row", size);
        }

        @Override
        public String name() {
            return "affine";
        }

        @Override
        public int weightCount() {
            return size;
        }

        @Override
        public int biasCount() {
            return size;
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            return Rules.rows(name(), inputs.getFirst(), size);
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            return Rules.accumulated(name(), inputs.getFirst(), 1);
        }

        @Override
        public long multiplyAccumulates(List<Shape> inputs) {
            return inputs.getFirst().elements();
        }
    }

    /**
     * Softmax of each row of n activations, up to the rounding that a requantise after it does: with m the largest of the row,
     * {@code e[i] = exponentials[m - x[i]]} and {@code S = sum over k of e[k]}, {@code y[i] = e[i] * s} where s is {@code 2^fraction / S}
     * rounded down: the only integer with {@code s * S <= 2^fraction} and {@code (s + 1) * S > 2^fraction}. A row of y sums to at most
     * 2^fraction, so |y| is at most that.
     *
     * @param size n, at most 2^13
     * @param exponentials what stands for exp(-d * scale), one for each d from 0 to the width of the range of x: in [0, 2^15), the first
     *     above 0
     * @param fraction 1 to 44
     */
    record Softmax(int size, IntTensor exponentials, int fraction) implements TokenLayer {
        /** The largest fraction. */
        public static final int MOST_FRACTION = 44;

        /** The bits that the factor of a row and its sum may have together: their product is far below the moduli of proofs. */
        private static final int MOST_BITS = 60;

        private static final Range ENTRY = new Range(0, Short.MAX_VALUE);

        public Softmax {
            if (size < 1 || size > Normalise.MOST_SIZE) {
                throw new InvalidNetworkException("softmax has rows of " + size + "; 1 to 2^13 are possible");
            }
            if (fraction < 1 || fraction > MOST_FRACTION) {
                throw new InvalidNetworkException(
                        "softmax has a fraction of " + fraction + "; 1 to " + MOST_FRACTION + " are possible");
            }
            boolean sound = exponentials.size() >= 1 && exponentials.size() <= Table.MOST && exponentials.at(0) > 0;
            for (int i = 0; i < exponentials.size(); i++) {
                sound &= ENTRY.contains(exponentials.at(i));
            }
            if (!sound) {
                throw new InvalidNetworkException(
                        "softmax has a table that is not 1 to 2^16 entries in [0, 2^15), the first above 0");
            }
            if (factorBits(fraction, exponentials) + sumBits(size, exponentials) > MOST_BITS) {
                throw new InvalidNetworkException("softmax has factors and sums of more than " + MOST_BITS
                        + " bits together; a smaller fraction is needed");
            }
        }

        private static int factorBits(int fraction, IntTensor exponentials) {
            return Rules.bits((1L << fraction) / exponentials.at(0));
        }

        private static int sumBits(int size, IntTensor exponentials) {
            long most = 0;
            for (int i = 0; i < exponentials.size(); i++) {
                most = Math.max(most, exponentials.at(i));
            }
            return Rules.bits(size * most);
        }

        /** The least number of bits that every factor of a row has room in. */
        public int factorBits() {
            return factorBits(fraction, exponentials);
        }

        /** The least number of bits that every sum of a row has room in. */
        public int sumBits() {
            return sumBits(size, exponentials);
        }

        /** The factor of a row with this sum. */
        public long factor(long sum) {
            return (1L << fraction) / sum;
        }

        @Override
        public String name() {
            return "softmax";
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            return Rules.rows(name(), inputs.getFirst(), size);
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            Range x = Rules.activation(name(), inputs.getFirst());
            if (x.high() - x.low() >= exponentials.size()) {
                throw new InvalidNetworkException("softmax has " + exponentials.size()
                        + " exponentials and is given values within " + x + ", which lie farther apart");
            }
            return new Range(0, 1L << fraction);
        }

        @Override
        public long multiplyAccumulates(List<Shape> inputs) {
            return 2L * inputs.getFirst().elements();
        }
    }

    /**
     * {@code y[..., j] = weight[x[...], j]}: each token becomes a row. Weights are stored {@code [token][j]}.
     *
     * @param tokens the number of rows; x lies within [0, tokens - 1]
     * @param columns the size of a row
     */
    record Embedding(int tokens, int columns) implements TokenLayer {
        public Embedding {
            Rules.positive("embedding", "tokens", tokens);
            Rules.positive("embedding", "columns", columns);
            Rules.weights("embedding", (long) tokens * columns);
        }

        @Override
        public String name() {
            return "embedding";
        }

        @Override
        public int weightCount() {
            return tokens * columns;
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            List<Integer> sizes = new ArrayList<>(inputs.getFirst().sizes());
            sizes.add(columns);
            return new Shape(sizes);
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            if (!new Range(0, tokens - 1L).contains(inputs.getFirst())) {
                throw new InvalidNetworkException(
                        "embedding has " + tokens + " tokens and is given values within " + inputs.getFirst());
            }
            return new Range(-MOST_WEIGHT, MOST_WEIGHT);
        }
    }
}
