package dev.candor.proving.quantise;

/**
 * What may be chosen.
 *
 * @param inputBits magnitude bits of the input's integers, 4 to 15: 8 makes bytes of images exact
 * @param activationBits magnitude bits of activations, 7 to 15. With 15 a ReLU needs no upper clamp as long as the precision lasts; with 7
 *     more sums stay below 2^24, which libtorch computes in single precision
 */
public record QuantiseOptions(int inputBits, int activationBits) {
    /** Input bytes, activations of 16 bits. */
    public static final QuantiseOptions DEFAULT = new QuantiseOptions(8, 15);

    public QuantiseOptions {
        if (inputBits < 4 || inputBits > 15) {
            throw new IllegalArgumentException("inputs of " + inputBits + " bits were asked for; 4 to 15 are possible");
        }
        if (activationBits < 7 || activationBits > 15) {
            throw new IllegalArgumentException(
                    "activations of " + activationBits + " bits were asked for; 7 to 15 are possible");
        }
    }

    /** The largest activation. */
    public int mostActivation() {
        return (1 << activationBits) - 1;
    }
}
