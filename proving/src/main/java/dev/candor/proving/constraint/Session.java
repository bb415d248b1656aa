package dev.candor.proving.constraint;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.parallel.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One branch of a proof, as its gadgets see it. Proving, a message is computed, padded and sent; verifying, it is read; planning, it is
 * counted. All else is the same code in the three, so they cannot disagree about the schedule. Used by one thread.
 */
public interface Session {

    Field field();

    /** The threads that whoever proves may use. */
    default Workers workers() {
        return Workers.ONE;
    }

    /**
     * The public tensor of that number, such as the inputs of a batch; zeros while planning. To be read only.
     *
     * @param size its number of elements
     */
    long[] publicTensor(int number, int size);

    /** {@code count} challenges, bound to all messages of the branch before them. */
    ExtensionVector challenges(String label, int count);

    /**
     * Values that stay hidden: each x is sent as x minus a fresh pad.
     *
     * @param values the {@code count} values; asked for only when proving
     */
    List<Hidden> messages(String label, int count, Supplier<List<Extension>> values);

    /** Demands that {@code form} is zero. */
    void zero(Check check, LinearForm form);

    /** Demands that the quadratic form in {@code factors} equals {@code product}. All of them are fixed by now. */
    void product(Check check, Quadratic form, List<Hidden> factors, Hidden product);

    default Extension challenge(String label) {
        return challenges(label, 1).get(0);
    }

    default Hidden message(String label, Supplier<Extension> value) {
        return messages(label, 1, () -> List.of(value.get())).getFirst();
    }

    /** A point of {@code size} challenges; for size 0 the point without coordinates. */
    default Point point(String label, int size) {
        if (size == 0) {
            return Point.NONE;
        }
        ExtensionVector drawn = challenges(label, size);
        List<Extension> coordinates = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            coordinates.add(drawn.get(i));
        }
        return new Point(coordinates);
    }
}
