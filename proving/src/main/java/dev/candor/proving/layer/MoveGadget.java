package dev.candor.proving.layer;

import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.TokenLayer.Permute;
import dev.candor.proving.network.TokenLayer.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Permutations, slices and centred rows: linear, so nothing is committed and nothing shown; coefficients of the output become coefficients of
 * the input. Unique: functions of x over the integers, below 2^59.
 */
final class MoveGadget implements Gadget {

    private final NetworkCircuit.Input input;
    private final Back back;

    /** Coefficients of the output as coefficients of the input. */
    private interface Back {
        Weights of(Field f, Weights weights);
    }

    private MoveGadget(NetworkCircuit.Input input, Back back) {
        this.input = input;
        this.back = back;
    }

    static Gadget permute(Permute permute, NetworkCircuit.Input input, Shape from, Shape to) {
        return new MoveGadget(input, (f, weights) -> {
            List<List<ExtensionVector>> groups = weights.groups(to.sizes());
            if (groups == null) {
                return Weights.of(moved(permute, weights.flat(f), from, to));
            }
            List<ExtensionVector> factors = new ArrayList<>();
            for (int d = 0; d < to.rank(); d++) {
                factors.addAll(groups.get(permute.order().indexOf(d)));
            }
            return new Weights(factors);
        });
    }

    private static ExtensionVector moved(Permute permute, ExtensionVector weights, Shape from, Shape to) {
        int[] strides = new int[from.rank()];
        int stride = 1;
        for (int d = from.rank() - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= from.size(d);
        }
        ExtensionVector result = new ExtensionVector(weights.size());
        for (int i = 0; i < weights.size(); i++) {
            int rest = i;
            int source = 0;
            for (int d = to.rank() - 1; d >= 0; d--) {
                source += rest % to.size(d) * strides[permute.order().get(d)];
                rest /= to.size(d);
            }
            result.set(source, weights.get(i));
        }
        return result;
    }

    static Gadget slice(Slice slice, NetworkCircuit.Input input, Shape from, Shape to) {
        return new MoveGadget(input, (f, weights) -> {
            List<List<ExtensionVector>> groups = weights.groups(to.sizes());
            if (groups == null) {
                return Weights.of(spread(slice, weights.flat(f), from));
            }
            int dimension = slice.dimension();
            ExtensionVector taken = weights.by(f, to.sizes()).factors().get(dimension);
            ExtensionVector whole = new ExtensionVector(from.size(dimension));
            copy(taken, 0, whole, slice.from(), slice.count());
            groups.set(dimension, List.of(whole));
            return new Weights(groups.stream().flatMap(List::stream).toList());
        });
    }

    private static ExtensionVector spread(Slice slice, ExtensionVector weights, Shape from) {
        int inner = 1;
        for (int d = slice.dimension() + 1; d < from.rank(); d++) {
            inner *= from.size(d);
        }
        int block = from.size(slice.dimension()) * inner;
        int taken = slice.count() * inner;
        ExtensionVector result = new ExtensionVector(from.elements());
        for (int outer = 0; outer < from.elements() / block; outer++) {
            copy(weights, outer * taken, result, outer * block + slice.from() * inner, taken);
        }
        return result;
    }

    private static void copy(ExtensionVector from, int at, ExtensionVector to, int toAt, int count) {
        for (int c = 0; c < Extension.DEGREE; c++) {
            System.arraycopy(from.plane(c), at, to.plane(c), toAt, count);
        }
    }

    /** {@code y[i] = n x[i] - sum of x}: the coefficient of x[i] is n times that of y[i], less the sum of those of the row. */
    static Gadget centre(int size, NetworkCircuit.Input input, Shape from) {
        return new MoveGadget(input, (f, weights) -> {
            Weights known = weights.by(f, from.sizes());
            if (!known.has(from.rank())) {
                return Weights.of(centred(f, size, known.last()));
            }
            List<ExtensionVector> factors = new ArrayList<>(known.factors());
            factors.set(from.rank() - 1, centred(f, size, known.last()));
            return new Weights(factors);
        });
    }

    private static ExtensionVector centred(Field f, int size, ExtensionVector weights) {
        ExtensionVector result = new ExtensionVector(weights.size());
        for (int row = 0; row < weights.size(); row += size) {
            Extension sum = Weights.sum(f, weights.copyOfRange(row, row + size));
            for (int i = row; i < row + size; i++) {
                result.set(i, f.sub(f.mul(weights.get(i), size), sum));
            }
        }
        return result;
    }

    @Override
    public LinearForm evaluate(Session session, Point rows, Weights weights, @Nullable NetworkWitness witness) {
        return input.evaluate(session, rows, back.of(session.field(), weights), witness);
    }
}
