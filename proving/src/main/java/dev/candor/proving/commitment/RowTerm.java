package dev.candor.proving.commitment;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;

/**
 * A rank-one functional of the data of a commitment: the sum over j and c of {@code heads[j]} times the coefficient of column c in
 * {@code low} times the value at column c of row {@code firstRow + j * stride}.
 *
 * @param root the commitment, counted from 0
 * @param heads a coefficient a row
 * @param low the coefficients of the columns
 */
public record RowTerm(int root, int firstRow, int stride, ExtensionVector heads, Low low) {

    /**
     * Coefficients of columns: {@code values[from + i]} for column {@code column + i} and each i below {@code count}, zero for all others.
     *
     * @param values shared, not copied, and not changed afterwards
     */
    public record Low(ExtensionVector values, int from, int count, int column) {

        /** {@code sum += factor * coefficients}, for a sum of l elements. */
        void addTo(Field field, Extension factor, ExtensionVector sum) {
            field.kernels().addScaled(factor, values, from, sum, column, count);
        }

        /** The coefficients of all l columns. */
        ExtensionVector whole(int dataSize) {
            ExtensionVector all = new ExtensionVector(dataSize);
            for (int c = 0; c < Extension.DEGREE; c++) {
                System.arraycopy(values.plane(c), from, all.plane(c), column, count);
            }
            return all;
        }
    }
}
