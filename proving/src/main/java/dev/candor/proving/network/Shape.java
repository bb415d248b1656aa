package dev.candor.proving.network;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The sizes of a tensor for one sample, outermost first; the batch is never among them. Elements are counted row-major: the last
 * dimension varies fastest.
 *
 * @param sizes 1 to 4 sizes, each at least 1, whose product is at most 2^26
 */
public record Shape(List<Integer> sizes) {
    /** The most dimensions. */
    public static final int MOST_DIMENSIONS = 4;

    /** The most elements of one sample. */
    public static final int MOST_ELEMENTS = 1 << 26;

    public Shape {
        sizes = List.copyOf(sizes);
        if (sizes.isEmpty() || sizes.size() > MOST_DIMENSIONS) {
            throw new InvalidNetworkException(
                    "a tensor has " + sizes.size() + " dimensions; 1 to " + MOST_DIMENSIONS + " are possible");
        }
        long elements = 1;
        for (int size : sizes) {
            if (size < 1 || size > MOST_ELEMENTS) {
                throw new InvalidNetworkException("a tensor has a dimension of size " + size);
            }
            elements *= size;
            if (elements > MOST_ELEMENTS) {
                throw new InvalidNetworkException("a tensor of shape " + sizes + " has more than 2^26 elements");
            }
        }
    }

    /** The shape with these sizes. */
    public static Shape of(Integer... sizes) {
        return new Shape(List.of(sizes));
    }

    /** The number of dimensions. */
    public int rank() {
        return sizes.size();
    }

    /** The size of dimension {@code index}, counted from 0 at the outermost. */
    public int size(int index) {
        return sizes.get(index);
    }

    /** The size of the innermost dimension. */
    public int last() {
        return sizes.getLast();
    }

    /** The number of elements of one sample. */
    public int elements() {
        int elements = 1;
        for (int size : sizes) {
            elements *= size;
        }
        return elements;
    }

    /** Such as {@code 6x28x28}. */
    @Override
    public String toString() {
        return sizes.stream().map(String::valueOf).collect(Collectors.joining("x"));
    }
}
