package dev.candor.proving.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The arguments of one call of an operator; each accessor refuses what is of another kind.
 *
 * @param operator as the file writes it
 * @param place where
 */
record Arguments(String operator, String place, List<Value> positional, Map<String, Value> named) {
    UnsupportedModelException refuse(String problem) {
        return UnsupportedModelException.at(operator, place, problem);
    }

    boolean has(int index, String name) {
        return index < positional.size() || named.containsKey(name);
    }

    Value get(int index, String name) {
        Value value = index < positional.size() ? positional.get(index) : named.get(name);
        if (value == null) {
            throw refuse("has no argument " + name);
        }
        return value;
    }

    Value.Traced traced(int index, String name) {
        if (get(index, name) instanceof Value.Traced traced) {
            return traced;
        }
        throw wrong(index, name, "a tensor that depends on the input");
    }

    FloatTensor constant(int index, String name) {
        if (get(index, name) instanceof Value.Constant(FloatTensor tensor)) {
            return tensor;
        }
        throw wrong(index, name, "a tensor of the file");
    }

    /** A constant that may be absent or None. */
    FloatTensor constantOr(int index, String name, FloatTensor otherwise) {
        return !has(index, name) || get(index, name) instanceof Value.Nothing ? otherwise : constant(index, name);
    }

    int whole(int index, String name) {
        if (get(index, name) instanceof Value.Whole(long value) && Math.abs(value) <= Integer.MAX_VALUE) {
            return (int) value;
        }
        throw wrong(index, name, "an integer");
    }

    int wholeOr(int index, String name, int otherwise) {
        return has(index, name) ? whole(index, name) : otherwise;
    }

    double real(int index, String name) {
        return switch (get(index, name)) {
            case Value.Real(double value) -> value;
            case Value.Whole(long value) -> value;
            case Value.Truth _,
                    Value.Text _,
                    Value.Nothing _,
                    Value.Many _,
                    Value.Traced _,
                    Value.Part _,
                    Value.Constant _,
                    Value.Module _ -> throw wrong(index, name, "a number");
        };
    }

    boolean truthOr(int index, String name, boolean otherwise) {
        if (!has(index, name)) {
            return otherwise;
        }
        if (get(index, name) instanceof Value.Truth(boolean value)) {
            return value;
        }
        throw wrong(index, name, "True or False");
    }

    /** A list of integers. */
    List<Integer> wholes(int index, String name) {
        if (!(get(index, name) instanceof Value.Many(List<Value> items))) {
            throw wrong(index, name, "a list of integers");
        }
        List<Integer> wholes = new ArrayList<>();
        for (Value item : items) {
            if (!(item instanceof Value.Whole(long value)) || Math.abs(value) > Integer.MAX_VALUE) {
                throw wrong(index, name, "a list of integers");
            }
            wholes.add((int) value);
        }
        return wholes;
    }

    /** Two integers: given as two, as one for both, or not at all. */
    int[] pair(int index, String name, int otherwise) {
        if (!has(index, name)) {
            return new int[] {otherwise, otherwise};
        }
        if (get(index, name) instanceof Value.Whole) {
            int both = whole(index, name);
            return new int[] {both, both};
        }
        List<Integer> two = wholes(index, name);
        return switch (two.size()) {
            case 0 -> new int[] {otherwise, otherwise};
            case 1 -> new int[] {two.getFirst(), two.getFirst()};
            case 2 -> new int[] {two.getFirst(), two.getLast()};
            default -> throw refuse("has " + two.size() + " numbers for " + name + "; it takes two");
        };
    }

    private UnsupportedModelException wrong(int index, String name, String expected) {
        return refuse("has " + get(index, name).kind() + " for " + name + "; only " + expected + " is supported there");
    }
}
