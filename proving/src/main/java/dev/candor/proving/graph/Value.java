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
}
