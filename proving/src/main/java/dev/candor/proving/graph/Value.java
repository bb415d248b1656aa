package dev.candor.proving.graph;

import dev.candor.torchscript.PickleValue;
import java.util.List;

/** What an expression of a traced module's code may come to while it is read. */
sealed interface Value {
    /** For messages. */
    String kind();

    /**
     * A tensor that depends on the input.
     *
     * @param value in the graph
     * @param shape with the batch, of size 1, in front
     */
    record Traced(int value, List<Integer> shape) implements Value {
        public Traced {
            shape = List.copyOf(shape);
        }

        @Override
        public String kind() {
            return "a tensor that depends on the input";
        }
    }

    /** A tensor that the file holds. */
    record Constant(FloatTensor tensor) implements Value {
        @Override
        public String kind() {
            return "a constant tensor";
        }
    }

    /** An object of the file. */
    record Module(PickleValue.Instance instance) implements Value {
        @Override
        public String kind() {
            return "a module";
        }
    }

    /** An integer. */
    record Whole(long value) implements Value {
        @Override
        public String kind() {
            return "the integer " + value;
        }
    }

    /** A number with a point. */
    record Real(double value) implements Value {
        @Override
        public String kind() {
            return "the number " + value;
        }
    }

    /** A truth value. */
    record Truth(boolean value) implements Value {
        @Override
        public String kind() {
            return value ? "True" : "False";
        }
    }

    /** A text. */
    record Text(String text) implements Value {
        @Override
        public String kind() {
            return "a text";
        }
    }

    /** {@code None}. */
    record Nothing() implements Value {
        @Override
        public String kind() {
            return "None";
        }
    }

    /** A list or tuple. */
    record Many(List<Value> items) implements Value {
        public Many {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list of " + items.size();
        }
    }

    /** Where an ONNX graph is within what it writes as several nodes and a graph has as one operation. */
    enum Step {
        /** x times a factor. */
        SCALED,
        /** The mean of each row of x. */
        MEAN,
        /** x less its rows' means. */
        CENTRED,
        /** The squares of that. */
        SQUARES,
        /** The mean of those. */
        VARIANCE,
        /** The variance and an epsilon. */
        VARIANCE_AND_EPSILON,
        /** The root of those. */
        DEVIATION,
        /** The centred x over the deviation. */
        NORMALISED,
        /** That times weights. */
        WEIGHTED,
        /** The error function of x over the root of 2. */
        ERROR_FUNCTION,
        /** That and 1: twice P(X <= x). */
        TWICE_BELOW,
        /** P(X <= x). */
        BELOW,
        /** x times twice P(X <= x). */
        TWICE_GELU
    }

    /**
     * A part of an operation.
     *
     * @param x what the operation is of
     * @param number the factor, or the epsilon
     * @param weight the weights, or nothing
     * @param begun the node that gave it, for messages
     */
    record Part(Step step, Traced x, double number, FloatTensor weight, Arguments begun) implements Value {
        @Override
        public String kind() {
            return "a part of a normalisation or GELU";
        }
    }
}
