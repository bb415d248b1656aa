package dev.candor.proving.commitment;

import dev.candor.proving.field.ExtensionVector;

/**
 * A rank-one functional of the data of a commitment: the sum over j and c of {@code heads[j] * low[c]} times the value at column c of row
 * {@code firstRow + j * stride}.
 *
 * @param root the commitment, counted from 0
 * @param heads a coefficient a row
 * @param low l coefficients
 */
public record RowTerm(int root, int firstRow, int stride, ExtensionVector heads, ExtensionVector low) {}
