package dev.candor.actors.model;

/**
 * What an integer network takes and gives: whole numbers, each standing for itself times a scale.
 *
 * @param low the least element of an input
 * @param high the largest element of an input
 * @param inputScale what 1 stands for in the input: real value = scale * integer
 * @param outputScale what 1 stands for in the output
 */
public record ExactArithmetic(long low, long high, double inputScale, double outputScale) {
    /** Refuses an empty range and scales that are none. */
    public ExactArithmetic {
        if (low > high) {
            throw new IllegalArgumentException("the inputs of an exact model lie between " + low + " and " + high);
        }
        requireScale(inputScale);
        requireScale(outputScale);
    }

    private static void requireScale(double scale) {
        if (!Double.isFinite(scale) || scale <= 0) {
            throw new IllegalArgumentException("a scale is finite and above 0, not " + scale);
        }
    }

    /** Whether a number can be an element of an input. */
    public boolean takes(double number) {
        return number >= low && number <= high && Math.rint(number) == number;
    }
}
