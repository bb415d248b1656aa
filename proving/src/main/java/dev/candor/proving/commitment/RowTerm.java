package dev.candor.proving.commitment;

import dev.candor.proving.field.ExtensionVector;

/**
 * A rank-one functional of the data of a commitment: the sum over j and c of {@code heads[j] * low[c]} times the value at column
 * {@code column + c} of row {@code firstRow + j * stride}.
 *
 * @param root the commitment, counted from 0
 * @param heads a coefficient a row
 * @param column the first column with a coefficient; 0 where there are several rows
 * @param low the coefficients of the columns from there on; l of them where there are several rows
 */
public record RowTerm(int root, int firstRow, int stride, ExtensionVector heads, int column, ExtensionVector low) {

    /** A functional of whole rows. */
    public RowTerm(int root, int firstRow, int stride, ExtensionVector heads, ExtensionVector low) {
        this(root, firstRow, stride, heads, 0, low);
    }
}
