package dev.candor.actors.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The dimensions of a tensor, outermost (the batch) first. In a specification -1 stands for any size; a tensor's own shape has none.
 * At most {@value #MAX_RANK} dimensions.
 */
public final class Shape {
    /** The largest rank: no served model needs more, and a bound keeps hostile headers small. */
    public static final int MAX_RANK = 16;

    private final long[] dimensions;

    private Shape(long[] dimensions) {
        this.dimensions = dimensions;
    }

    /** A shape; a dimension below -1 or a rank above {@value #MAX_RANK} is an {@link IllegalArgumentException}. */
    public static Shape of(long... dimensions) {
        if (dimensions.length > MAX_RANK) {
            throw new IllegalArgumentException(
                    "a shape has at most " + MAX_RANK + " dimensions, this one has " + dimensions.length);
        }
        for (long dimension : dimensions) {
            if (dimension < -1) {
                throw new IllegalArgumentException(
                        "a dimension is 0 or more, or -1 for any; this shape has " + dimension);
            }
        }
        return new Shape(dimensions.clone());
    }

    /** The number of dimensions. */
    public int rank() {
        return dimensions.length;
    }

    /** Dimension {@code axis}, counted from 0. */
    public long at(int axis) {
        return dimensions[axis];
    }

    /** The dimensions as a new array. */
    public long[] toArray() {
        return dimensions.clone();
    }

    /** The dimensions as boxed values, for rendering. */
    public List<Long> toList() {
        return LongStream.of(dimensions).boxed().toList();
    }

    /** The number of elements; throws {@link ArithmeticException} past 2^63 - 1 and {@link IllegalStateException} on a -1. */
    public long elements() {
        return elementsFrom(0);
    }

    /** The elements of one item of the batch: the product without the first dimension. */
    public long elementsAnItem() {
        return elementsFrom(1);
    }

    private long elementsFrom(int axis) {
        long product = 1;
        for (int i = axis; i < dimensions.length; i++) {
            if (dimensions[i] < 0) {
                throw new IllegalStateException(this + " has a dimension without a size");
            }
            product = Math.multiplyExact(product, dimensions[i]);
        }
        return product;
    }

    /** Whether {@code actual} has this rank and the same size wherever this shape names one. */
    public boolean admits(Shape actual) {
        if (actual.rank() != rank()) {
            return false;
        }
        for (int i = 0; i < rank(); i++) {
            if (dimensions[i] != -1 && dimensions[i] != actual.dimensions[i]) {
                return false;
            }
        }
        return true;
    }

    /** This shape with {@code size} as its first dimension. */
    public Shape withBatch(long size) {
        long[] changed = dimensions.clone();
        changed[0] = size;
        return new Shape(changed);
    }

    /** This shape, of one item, behind a first dimension of {@code size}. */
    public Shape prefixed(long size) {
        long[] longer = new long[dimensions.length + 1];
        longer[0] = size;
        System.arraycopy(dimensions, 0, longer, 1, dimensions.length);
        return new Shape(longer);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Shape that && Arrays.equals(dimensions, that.dimensions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dimensions);
    }

    @Override
    public String toString() {
        return LongStream.of(dimensions).mapToObj(Long::toString).collect(Collectors.joining(",", "[", "]"));
    }
}
