package dev.candor.proving.network;

/**
 * How a window moves over the height and width of a tensor.
 *
 * @param kernelHeight rows of the window, at least 1
 * @param kernelWidth columns of the window, at least 1
 * @param strideHeight rows from one position to the next, at least 1
 * @param strideWidth columns from one position to the next, at least 1
 * @param paddingHeight rows of zeros above and below, fewer than the window has
 * @param paddingWidth columns of zeros left and right, fewer than the window has
 */
public record Window(
        int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, int paddingHeight, int paddingWidth) {
    private static final int MOST = 1 << 12;

    public Window {
        require(kernelHeight, "rows", 1, MOST);
        require(kernelWidth, "columns", 1, MOST);
        require(strideHeight, "rows of stride", 1, MOST);
        require(strideWidth, "columns of stride", 1, MOST);
        require(paddingHeight, "rows of padding", 0, kernelHeight - 1);
        require(paddingWidth, "columns of padding", 0, kernelWidth - 1);
    }

    /** A square window without padding. */
    public static Window square(int kernel, int stride) {
        return square(kernel, stride, 0);
    }

    /** A square window. */
    public static Window square(int kernel, int stride, int padding) {
        return new Window(kernel, kernel, stride, stride, padding, padding);
    }

    /** Cells of the window. */
    public int area() {
        return kernelHeight * kernelWidth;
    }

    /** Whether there is any padding. */
    public boolean padded() {
        return paddingHeight > 0 || paddingWidth > 0;
    }

    /** Positions of the window down a tensor of {@code height} rows; not positive where it does not fit once. */
    public int positionsDown(int height) {
        return Math.floorDiv(height + 2 * paddingHeight - kernelHeight, strideHeight) + 1;
    }

    /** Positions of the window across a tensor of {@code width} columns; not positive where it does not fit once. */
    public int positionsAcross(int width) {
        return Math.floorDiv(width + 2 * paddingWidth - kernelWidth, strideWidth) + 1;
    }

    /** The shape of what {@code operation} makes of {@code x} with this window, with {@code channels} of output. */
    Shape over(String operation, Shape x, int channels) {
        if (x.rank() != 3) {
            throw new InvalidNetworkException(operation + " takes channels x height x width and is given " + x);
        }
        int down = positionsDown(x.size(1));
        int across = positionsAcross(x.size(2));
        if (down < 1 || across < 1) {
            throw new InvalidNetworkException(operation + " has a window of " + kernelHeight + "x" + kernelWidth
                    + ", which does not fit into " + x);
        }
        return Shape.of(channels, down, across);
    }

    private static void require(int value, String what, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidNetworkException(
                    "a window has " + value + " " + what + "; " + least + " to " + most + " are possible");
        }
    }
}
