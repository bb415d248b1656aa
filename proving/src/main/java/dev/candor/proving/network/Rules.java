package dev.candor.proving.network;

import java.util.ArrayList;
import java.util.List;

/** What several layers require. */
final class Rules {
    private static final int MOST_WEIGHTS = 1 << 28;

    private Rules() {}

    static void positive(String operation, String what, int value) {
        if (value < 1 || value > Shape.MOST_ELEMENTS) {
            throw new InvalidNetworkException(operation + " has " + value + " " + what + "; 1 to 2^26 are possible");
        }
    }

    static void weights(String operation, long count) {
        if (count > MOST_WEIGHTS) {
            throw new InvalidNetworkException(operation + " has " + count + " weights; at most 2^28 are possible");
        }
    }

    /** {@code range}, if these are activations. */
    static Range activation(String operation, Range range) {
        if (!Layer.ACTIVATION.contains(range)) {
            throw new InvalidNetworkException(operation + " takes activations, within " + Layer.ACTIVATION
                    + ", and is given values within " + range + "; requantise them before");
        }
        return range;
    }

    /** Sums of {@code fanIn} products of {@code x} and a weight, and a bias. */
    static Range accumulated(String operation, Range x, int fanIn) {
        long most = Math.multiplyExact(
                (long) fanIn * Layer.MOST_WEIGHT, activation(operation, x).magnitude());
        return new Range(-most, most).plus(Layer.BIAS);
    }

    /** {@code shape}, if its innermost dimension has this size. */
    static Shape rows(String operation, Shape shape, int size) {
        if (shape.last() != size) {
            throw new InvalidNetworkException(operation + " takes rows of " + size + " and is given " + shape);
        }
        return shape;
    }

    static Shape withLast(Shape shape, int size) {
        List<Integer> sizes = new ArrayList<>(shape.sizes());
        sizes.set(sizes.size() - 1, size);
        return new Shape(sizes);
    }

    /** The bits of a number that is not negative: the least b with {@code value < 2^b}. */
    static int bits(long value) {
        return Long.SIZE - Long.numberOfLeadingZeros(value);
    }
}
