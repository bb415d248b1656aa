package dev.candor.proving.commitment;

import dev.candor.proving.fft.RowCode;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import java.util.List;

/**
 * The two tests over the rows of all roots. Proximity: {@code v = u_0 + sum of rho_i p_i} over all rows p_i of all roots but those of u_0
 * itself. Linear: {@code q = sum of A_i p_i + u_a + Z_H u_b}, where A_i interpolates the coefficients of row i, so q adds up over the data
 * positions to what the combined equation says.
 */
public final class RowTests {

    private final RowCode code;
    private final Field field;

    public RowTests(RowCode code) {
        this.code = code;
        this.field = code.field();
    }

    /** The rows of root 0 that hold masks, beyond its layout. */
    public static int maskRows() {
        return Masks.ROWS;
    }

    /** The number of coefficients rho for roots of these numbers of rows, masks included. */
    public static int proximityCoefficients(List<Integer> rows) {
        return rows.stream().mapToInt(Integer::intValue).sum() - Masks.PROXIMITY_ROWS;
    }

    /** v, k coefficients. */
    public ExtensionVector proximity(List<CommittedRows> roots, ExtensionVector rho) {
        ExtensionVector v = new ExtensionVector(code.dimension());
        int next = 0;
        for (int root = 0; root < roots.size(); root++) {
            CommittedRows rows = roots.get(root);
            int count = rows.rows() - (root == 0 ? Masks.PROXIMITY_ROWS : 0);
            for (int row = 0; row < count; row++) {
                rows.addRow(rho.get(next++), row, v);
            }
        }
        Masks.addProximity(code, roots.getFirst(), v);
        return v;
    }

    /** Whether v agrees with the opened columns. */
    public boolean proximityAgrees(List<OpenedColumns> roots, int[] positions, ExtensionVector rho, ExtensionVector v) {
        ExtensionVector word = new ExtensionVector(code.length());
        code.evaluate(v, v.size(), word);
        for (int i = 0; i < positions.length; i++) {
            Extension sum = Masks.proximityAt(roots.getFirst(), i);
            int next = 0;
            for (int root = 0; root < roots.size(); root++) {
                OpenedColumns columns = roots.get(root);
                int count = columns.rows() - (root == 0 ? Masks.PROXIMITY_ROWS : 0);
                Extension part = field.kernels().innerProduct(rho, next, columns.columns(), i * columns.rows(), count);
                sum = field.add(sum, part);
                next += count;
            }
            if (!sum.equals(word.get(positions[i]))) {
                return false;
            }
        }
        return true;
    }

    /** q, k + l coefficients. */
    public ExtensionVector linear(List<CommittedRows> roots, List<RowTerm> terms) {
        int k = code.dimension();
        int size = k + code.dataSize();
        int points = 1 << (Integer.SIZE - Integer.numberOfLeadingZeros(size - 1));
        ExtensionVector sum = new ExtensionVector(points);
        ExtensionVector foldWord = new ExtensionVector(points);
        ExtensionVector lowWord = new ExtensionVector(points);
        for (RowTerm term : terms) {
            ExtensionVector fold = new ExtensionVector(k);
            CommittedRows rows = roots.get(term.root());
            for (int j = 0; j < term.heads().size(); j++) {
                rows.addRow(term.heads().get(j), term.firstRow() + j * term.stride(), fold);
            }
            ExtensionVector low = term.low().copyOfRange(0, code.dataSize());
            for (int c = 0; c < Extension.DEGREE; c++) {
                code.interpolate(low.plane(c), 0);
            }
            code.evaluate(low, code.dataSize(), lowWord);
            code.evaluate(fold, k, foldWord);
            field.kernels().addProduct(foldWord, 0, lowWord, 0, sum, 0, points);
        }
        code.interpolateWord(sum);
        ExtensionVector q = sum.copyOfRange(0, size);
        Masks.addLinear(code, roots.getFirst(), q);
        return q;
    }

    /** The sum of q over the data positions. */
    public Extension sumOverData(ExtensionVector q) {
        return code.sumOverData(q, q.size());
    }

    /** Whether q agrees with the opened columns. */
    public boolean linearAgrees(List<OpenedColumns> roots, int[] positions, List<RowTerm> terms, ExtensionVector q) {
        ExtensionVector expected = new ExtensionVector(positions.length);
        for (int i = 0; i < positions.length; i++) {
            expected.set(i, Masks.linearAt(code, roots.getFirst(), i, positions[i]));
        }
        ExtensionVector word = new ExtensionVector(code.length());
        long[] coefficients = new long[code.dataSize()];
        for (RowTerm term : terms) {
            for (int c = 0; c < Extension.DEGREE; c++) {
                System.arraycopy(term.low().plane(c), 0, coefficients, 0, coefficients.length);
                code.interpolate(coefficients, 0);
                code.evaluate(coefficients, 0, coefficients.length, word.plane(c), 0);
            }
            OpenedColumns columns = roots.get(term.root());
            for (int i = 0; i < positions.length; i++) {
                Extension fold = Extension.ZERO;
                for (int j = 0; j < term.heads().size(); j++) {
                    long cell = columns.at(i, term.firstRow() + j * term.stride());
                    fold = field.add(fold, field.mul(term.heads().get(j), cell));
                }
                expected.set(i, field.add(expected.get(i), field.mul(fold, word.get(positions[i]))));
            }
        }
        code.evaluate(q, q.size(), word);
        for (int i = 0; i < positions.length; i++) {
            if (!expected.get(i).equals(word.get(positions[i]))) {
                return false;
            }
        }
        return true;
    }
}
