package dev.candor.proving.multilinear;

import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;

/** Exact products of a vector over K with an int8 matrix: how weights enter a sum-check without being turned into field elements first. */
public final class Int8Fold {

    private Int8Fold() {}

    /**
     * {@code out[o] = sum over k of r[k] W[k][o]}.
     *
     * @param r {@code rows} elements
     * @param matrix W, row after row
     * @return {@code columns} elements
     */
    public static ExtensionVector rows(Field f, ExtensionVector r, byte[] matrix, int rows, int columns) {
        check(r, rows, matrix, rows, columns);
        ExtensionVector out = new ExtensionVector(columns);
        f.kernels().foldRows(r, matrix, rows, columns, out);
        return out;
    }

    /**
     * {@code out[k] = sum over o of W[k][o] r[o]}.
     *
     * @param r {@code columns} elements
     * @param matrix W, row after row
     * @return {@code rows} elements
     */
    public static ExtensionVector columns(Field f, ExtensionVector r, byte[] matrix, int rows, int columns) {
        check(r, columns, matrix, rows, columns);
        ExtensionVector out = new ExtensionVector(rows);
        f.kernels().foldColumns(r, matrix, rows, columns, out);
        return out;
    }

    private static void check(ExtensionVector r, int expected, byte[] matrix, int rows, int columns) {
        if (r.size() < expected || matrix.length != (long) rows * columns) {
            throw new IllegalArgumentException("A matrix of " + rows + " x " + columns + " has " + matrix.length
                    + " values, and its vector " + r.size() + ": they do not fit.");
        }
    }
}
