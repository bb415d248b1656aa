package dev.candor.proving.commitment;

import dev.candor.proving.fft.RowCode;
import dev.candor.proving.parallel.Workers;
import dev.candor.proving.randomness.Randomness;

/** Commitments to rows that no honest prover commits to. */
public final class Rows {

    private Rows() {}

    /** Commits to rows given by their coefficients, k a row. */
    public static CommittedRows of(RowCode code, long[] coefficients, Randomness randomness) {
        return new CommittedRows(
                code, coefficients.length / code.dimension(), coefficients, () -> randomness, Workers.ONE);
    }

    /** Coefficients of all rows of a commitment. */
    public static long[] coefficients(RowCode code, CommittedRows rows) {
        long[] all = new long[rows.rows() * code.dimension()];
        for (int row = 0; row < rows.rows(); row++) {
            System.arraycopy(rows.row(row), 0, all, row * code.dimension(), code.dimension());
        }
        return all;
    }
}
