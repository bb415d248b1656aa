package dev.candor.proving.quantise;

import dev.candor.proving.network.Architecture.Input;

/** How real numbers become a network's input integers: {@code round(x / scale)}, halves to even, cut to the range. */
public final class InputCodec {
    private InputCodec() {}

    /** Any whole number of samples; {@link IllegalArgumentException} where a number is not finite. */
    public static long[] encode(Input input, double[] numbers) {
        long[] integers = new long[numbers.length];
        for (int i = 0; i < integers.length; i++) {
            if (!Double.isFinite(numbers[i])) {
                throw new IllegalArgumentException("element " + i + " of the input is " + numbers[i]);
            }
            double rounded = Math.rint(numbers[i] / input.scale());
            integers[i] = (long) Math.clamp(rounded, (double) input.range().low(), (double)
                    input.range().high());
        }
        return integers;
    }
}
