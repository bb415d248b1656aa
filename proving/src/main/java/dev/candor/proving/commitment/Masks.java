package dev.candor.proving.commitment;

import dev.candor.proving.fft.RowCode;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.Randomness;

/**
 * The masks of the two tests, the last rows of root 0. Each is a polynomial over K with k coefficients, held as its two coordinates: u_a
 * with the sum 0 over the data positions, u_b, and u_0.
 */
final class Masks {

    /** The number of rows. */
    static final int ROWS = 3 * Extension.DEGREE;

    /** The rows of u_0, which come last and have no coefficient of their own in the proximity test. */
    static final int PROXIMITY_ROWS = Extension.DEGREE;

    private static final int SUM_ZERO = 0;
    private static final int FREE = Extension.DEGREE;
    private static final int PROXIMITY = 2 * Extension.DEGREE;

    private Masks() {}

    static void draw(RowCode code, Randomness randomness, long[] coefficients, int at) {
        Field f = code.field();
        int k = code.dimension();
        for (int c = 0; c < Extension.DEGREE; c++) {
            int row = at + (SUM_ZERO + c) * k;
            randomness.elements(Purpose.LINEAR_MASK, f, coefficients, row, k);
            // The sum over the data positions is linear in the constant coefficient, with a factor that is not zero.
            long sum = code.sumOverData(coefficients, row, k);
            long unit = code.sumOverData(new long[] {1}, 0, 1);
            coefficients[row] = f.sub(coefficients[row], f.mul(sum, f.inv(unit)));
        }
        randomness.elements(Purpose.LINEAR_MASK, f, coefficients, at + FREE * k, Extension.DEGREE * k);
        randomness.elements(Purpose.PROXIMITY_MASK, f, coefficients, at + PROXIMITY * k, Extension.DEGREE * k);
    }

    /** {@code acc += u_a + Z_H u_b}, with k + l coefficients. */
    static void addLinear(RowCode code, CommittedRows rows, ExtensionVector acc) {
        Field f = code.field();
        int k = code.dimension();
        int first = rows.rows() - ROWS;
        for (int c = 0; c < Extension.DEGREE; c++) {
            long[] plane = acc.plane(c);
            f.kernels().add(plane, 0, rows.row(first + SUM_ZERO + c), 0, plane, 0, k);
            long[] free = rows.row(first + FREE + c);
            code.addVanishingMultiple(free, 0, k, plane, 0);
        }
    }

    /** {@code acc += u_0}. */
    static void addProximity(RowCode code, CommittedRows rows, ExtensionVector acc) {
        int first = rows.rows() - ROWS + PROXIMITY;
        for (int c = 0; c < Extension.DEGREE; c++) {
            long[] plane = acc.plane(c);
            code.field().kernels().add(plane, 0, rows.row(first + c), 0, plane, 0, code.dimension());
        }
    }

    /** u_0 at an opened column. */
    static Extension proximityAt(OpenedColumns columns, int index) {
        int first = columns.rows() - ROWS + PROXIMITY;
        return new Extension(columns.at(index, first), columns.at(index, first + 1));
    }

    /** {@code u_a + Z_H u_b} at an opened column. */
    static Extension linearAt(RowCode code, OpenedColumns columns, int index, int position) {
        Field f = code.field();
        int first = columns.rows() - ROWS;
        Extension sumZero = new Extension(columns.at(index, first), columns.at(index, first + 1));
        Extension free = new Extension(columns.at(index, first + FREE), columns.at(index, first + FREE + 1));
        return f.add(sumZero, f.mul(free, code.vanishing(position)));
    }
}
