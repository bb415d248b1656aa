package dev.candor.proving.network;

import java.util.List;

/**
 * One operation on integer tensors, for one sample; the samples of a batch never meet. Records hold only what is public. Every
 * operation is a function: given its inputs and parameters there is exactly one output, in exact integers, for every input in range.
 *
 * <p>The set is sealed. A prover that has no argument for one of them refuses it by {@link #name()}.
 */
public sealed interface Layer
        permits Layer.Dense,
                Layer.Conv2d,
                Layer.Requantise,
                Layer.Relu,
                Layer.MaxPool2d,
                Layer.SumPool2d,
                Layer.Flatten,
                Layer.Add,
                TokenLayer {
    /** The largest absolute value of a weight. */
    int MOST_WEIGHT = 127;

    /** What an activation may be: [-2^15, 2^15). */
    Range ACTIVATION = new Range(Short.MIN_VALUE, Short.MAX_VALUE);

    /** What any value may be: (-2^59, 2^59). */
    Range ACCUMULATOR = new Range(-(1L << 59) + 1, (1L << 59) - 1);

    /** What a bias may be: [-2^31, 2^31). */
    Range BIAS = new Range(Integer.MIN_VALUE, Integer.MAX_VALUE);

    /** The operation's name in messages, such as {@code conv2d}. */
    String name();

    /** The number of input tensors. */
    default int arity() {
        return 1;
    }

    /** The number of weights, 0 for an operation without parameters. */
    default int weightCount() {
        return 0;
    }

    /** The number of biases, 0 for an operation without parameters. */
    default int biasCount() {
        return 0;
    }

    /** The output's shape; {@link InvalidNetworkException} where the operation does not fit {@code inputs}. */
    Shape outputShape(List<Shape> inputs);

    /**
     * The output's range for every choice of parameters in range and every input in {@code inputs};
     * {@link InvalidNetworkException} where the operation does not take such inputs.
     */
    Range outputRange(List<Range> inputs);

    /** Like {@link #outputRange(List)}, for the operations whose range depends on their inputs' shapes as well. */
    default Range outputRange(List<Range> inputs, List<Shape> shapes) {
        return outputRange(inputs);
    }

    /** Multiplications, by weights or among activations, for one sample. */
    default long multiplyAccumulates(List<Shape> inputs) {
        return 0;
    }

    /**
     * {@code y[r, o] = bias[o] + sum over k of x[r, k] * weight[o, k]}: the innermost dimension, of size {@code inputs}, becomes
     * {@code outputs}; r runs over all outer dimensions.
     *
     * <p>Takes activations; gives accumulators with |y| at most inputs * 127 * max|x| + 2^31. Weights are stored {@code [o][k]}.
     *
     * @param inputs the size of the innermost dimension of x
     * @param outputs the size of the innermost dimension of y, and the number of biases
     */
    record Dense(int inputs, int outputs) implements Layer {
        public Dense {
            Rules.positive("dense", "inputs", inputs);
            Rules.positive("dense", "outputs", outputs);
            Rules.weights("dense", (long) inputs * outputs);
        }

        @Override
        public String name() {
            return "dense";
        }

        @Override
        public int weightCount() {
            return inputs * outputs;
        }

        @Override
        public int biasCount() {
            return outputs;
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            Shape x = inputs.getFirst();
            if (x.last() != this.inputs) {
                throw new InvalidNetworkException(
                        "dense takes an innermost dimension of " + this.inputs + " and is given " + x);
            }
            return Rules.withLast(x, outputs);
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            return Rules.accumulated(name(), inputs.getFirst(), this.inputs);
        }

        @Override
        public long multiplyAccumulates(List<Shape> inputs) {
            return (long) inputs.getFirst().elements() * outputs;
        }
    }

    /**
     * {@code y[o, i, j] = bias[o] + sum over (c, a, b) of x[c, i * stride + a - padding, j * stride + b - padding] * weight[o, c, a,
     * b]}, where x is 0 outside of its true cells. Stride and padding are the window's, down and across.
     *
     * <p>Takes activations of shape channels x height x width; gives accumulators of shape outputs x ((height + 2 padding - kernel) /
     * stride + 1, rounded down) x (the same across) with |y| at most channels * kernel * kernel * 127 * max|x| + 2^31. Weights are
     * stored {@code [o][c][a][b]}.
     *
     * @param channels of x
     * @param outputs channels of y, and the number of biases
     * @param window kernel sizes, strides and zero padding; the padding is smaller than the kernel
     */
    record Conv2d(int channels, int outputs, Window window) implements Layer {
        public Conv2d {
            Rules.positive("conv2d", "channels", channels);
            Rules.positive("conv2d", "outputs", outputs);
            Rules.weights("conv2d", (long) channels * outputs * window.area());
        }

        /** Weights a position: channels * kernel * kernel. */
        public int fanIn() {
            return channels * window.area();
        }

        @Override
        public String name() {
            return "conv2d";
        }

        @Override
        public int weightCount() {
            return fanIn() * outputs;
        }

        @Override
        public int biasCount() {
            return outputs;
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            Shape x = inputs.getFirst();
            if (x.rank() != 3 || x.size(0) != channels) {
                throw new InvalidNetworkException(
                        "conv2d takes " + channels + " channels of height x width and is given " + x);
            }
            return window.over(name(), x, outputs);
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            return Rules.accumulated(name(), inputs.getFirst(), fanIn());
        }

        @Override
        public long multiplyAccumulates(List<Shape> inputs) {
            return (long) outputShape(inputs).elements() * fanIn();
        }
    }

    /**
     * {@code z = (x * multiplier + 2^(shift - 1)) >> shift}, then {@code y = min(max(z, low), high)}, element by element. The shift is
     * arithmetic, so z is the nearest integer to x * multiplier / 2^shift and halves go up: -3 at shift 1 gives -1, -1 gives 0, 1 gives
     * 1. With low = 0 this is also the ReLU.
     *
     * <p>Takes values with |x| * multiplier below 2^59. Equivalently z and the remainder r are the only integers with
     * {@code x * multiplier + 2^(shift - 1) = 2^shift * z + r} and 0 &lt;= r &lt; 2^shift.
     *
     * <p><b>z lies within [-2^15, 2^15)</b> for every input in range, by the true parameters: {@link IntegerNetwork} refuses others. It
     * does not follow from the public ranges (|x| may be larger under other weights), so whoever verifies an execution has to have this
     * range proven; then (z, r) is unique since 2^shift * 2^15 + 2^shift is below 2^60 and nothing wraps. y is an activation.
     *
     * @param multiplier 1 to 2^25; 1 but where two scales have to be brought together
     * @param shift 1 to 44
     * @param low at least -2^15, at most 0
     * @param high above 0, at most 2^15 - 1
     */
    record Requantise(int multiplier, int shift, int low, int high) implements Layer {
        /** The largest shift. */
        public static final int MOST_SHIFT = 44;

        /** The largest multiplier. */
        public static final int MOST_MULTIPLIER = 1 << 25;

        public Requantise {
            if (multiplier < 1 || multiplier > MOST_MULTIPLIER) {
                throw new InvalidNetworkException(
                        "requantise has the multiplier " + multiplier + "; 1 to 2^25 are possible");
            }
            if (shift < 1 || shift > MOST_SHIFT) {
                throw new InvalidNetworkException(
                        "requantise has the shift " + shift + "; 1 to " + MOST_SHIFT + " are possible");
            }
            if (low > 0 || high <= 0 || !ACTIVATION.contains(new Range(low, high))) {
                throw new InvalidNetworkException("requantise clamps to [" + low + ", " + high
                        + "]; it has to hold 0 and 1 and lie within " + ACTIVATION);
            }
        }

        @Override
        public String name() {
            return "requantise";
        }

        /** The result before the clamp. */
        public long shifted(long x) {
            return (x * multiplier + (1L << (shift - 1))) >> shift;
        }

        /** The remainder: in [0, 2^shift). */
        public long remainder(long x) {
            return (x * multiplier + (1L << (shift - 1))) & ((1L << shift) - 1);
        }

        /** The result. */
        public long apply(long x) {
            return Math.clamp(shifted(x), low, high);
        }

        /** Whether there are results before the clamp, within 16 bits, that the clamp changes at its lower end. */
        public boolean clampsBelow() {
            return low > ACTIVATION.low();
        }

        /** Whether there are results before the clamp, within 16 bits, that the clamp changes at its upper end. */
        public boolean clampsAbove() {
            return high < ACTIVATION.high();
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            return inputs.getFirst();
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            Range x = inputs.getFirst();
            if (x.magnitude() > ACCUMULATOR.high() / multiplier) {
                throw new InvalidNetworkException(
                        "requantise multiplies values within " + x + " by " + multiplier + ", which passes 2^59");
            }
            return new Range(low, high);
        }
    }

    /** {@code y = max(x, 0)}, element by element, of activations; what is compiled has it inside {@link Requantise} where it can. */
    record Relu() implements Layer {
        @Override
        public String name() {
            return "relu";
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            return inputs.getFirst();
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            Range x = Rules.activation(name(), inputs.getFirst());
            return new Range(Math.max(x.low(), 0), Math.max(x.high(), 0));
        }
    }

    /**
     * {@code y[c, i, j] = max over (a, b) of x[c, i * stride + a, j * stride + b]} of activations of shape channels x height x width.
     * Rows and columns that do not fill a window are left out.
     *
     * @param window kernel sizes and strides; its padding is 0
     */
    record MaxPool2d(Window window) implements Layer {
        public MaxPool2d {
            if (window.padded()) {
                throw new InvalidNetworkException("max_pool2d has padding, which integer networks do not have there");
            }
        }

        @Override
        public String name() {
            return "max_pool2d";
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            return window.over(name(), inputs.getFirst(), inputs.getFirst().size(0));
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            return Rules.activation(name(), inputs.getFirst());
        }
    }

    /**
     * {@code y[c, i, j] = sum over (a, b) of x[c, i * stride + a - padding, j * stride + b - padding]}, where x is 0 outside of its true
     * cells, of activations of shape channels x height x width. An average pool is this with the division left to the scale of y: where
     * the sum still fits an activation, nothing is rounded and nothing has to be looked up.
     *
     * @param window kernel sizes, strides and zero padding; the padding is smaller than the kernel
     */
    record SumPool2d(Window window) implements Layer {
        @Override
        public String name() {
            return "sum_pool2d";
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            return window.over(name(), inputs.getFirst(), inputs.getFirst().size(0));
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            Range sum = Rules.activation(name(), inputs.getFirst()).times(window.area());
            return window.padded() ? sum.with(inputs.getFirst()).with(0) : sum;
        }
    }

    /** The same elements in the same order, in one dimension. */
    record Flatten() implements Layer {
        @Override
        public String name() {
            return "flatten";
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            return Shape.of(inputs.getFirst().elements());
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            return inputs.getFirst();
        }
    }

    /**
     * {@code y = (a << leftShift) + (b << rightShift)}, element by element, of two tensors of one shape. Takes and gives accumulators. The
     * shifts bring scales together that differ by a power of two, without rounding.
     *
     * @param leftShift 0 to 30
     * @param rightShift 0 to 30
     */
    record Add(int leftShift, int rightShift) implements Layer {
        /** The largest shift. */
        public static final int MOST_SHIFT = 30;

        public Add {
            if (leftShift < 0 || leftShift > MOST_SHIFT || rightShift < 0 || rightShift > MOST_SHIFT) {
                throw new InvalidNetworkException("add has the shifts " + leftShift + " and " + rightShift + "; 0 to "
                        + MOST_SHIFT + " are possible");
            }
        }

        @Override
        public String name() {
            return "add";
        }

        @Override
        public int arity() {
            return 2;
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            if (!inputs.getFirst().equals(inputs.getLast())) {
                throw new InvalidNetworkException("add is given tensors of shapes " + inputs.getFirst() + " and "
                        + inputs.getLast() + "; they have to be equal");
            }
            return inputs.getFirst();
        }

        @Override
        public Range outputRange(List<Range> inputs) {
            try {
                Range left = inputs.getFirst().times(1L << leftShift);
                return left.plus(inputs.getLast().times(1L << rightShift));
            } catch (ArithmeticException e) {
                throw new InvalidNetworkException("its values pass 2^63");
            }
        }
    }
}
