package dev.candor.proving.commitment;

import dev.candor.proving.fft.RowCode;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.merkle.MerkleTree;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.Randomness;

/**
 * The rows of one commitment, with their random coefficients, their words and the tree over their columns: as secret as the data.
 * Immutable once built; never written anywhere.
 */
public final class CommittedRows {

    /** Rows whose random coefficients are drawn at a time. */
    private static final int BLOCK = 64;

    private final RowCode code;
    private final int rows;
    private final long[] coefficients;
    /** Value j of the word of row r is at j * rows + r. */
    private final long[] columns;

    private final byte[] salts;
    private final MerkleTree tree;

    CommittedRows(RowCode code, int rows, long[] coefficients, Randomness randomness) {
        this.code = code;
        this.rows = rows;
        this.coefficients = coefficients;
        this.columns = new long[Math.multiplyExact(rows, code.length())];
        code.evaluateColumns(coefficients, 0, code.dimension(), rows, columns, rows, 0);
        this.salts = new byte[code.length() * MerkleTree.SALT_BYTES];
        randomness.bytes(Purpose.SALT, salts, 0, salts.length);
        this.tree = tree();
    }

    /**
     * Commits to data, with t fresh random coefficients a row.
     *
     * @param data l values a row
     * @param randomness used for this commitment only
     */
    public static CommittedRows of(RowCode code, long[] data, Randomness randomness) {
        return of(code, data, 0, randomness, _ -> {});
    }

    /** Commits to data and, in the rows behind it, the masks of the tests. */
    public static CommittedRows withMasks(RowCode code, long[] data, Randomness randomness) {
        return of(
                code,
                data,
                Masks.ROWS,
                randomness,
                coefficients ->
                        Masks.draw(code, randomness, coefficients, data.length / code.dataSize() * code.dimension()));
    }

    private interface Extra {
        void write(long[] coefficients);
    }

    private static CommittedRows of(RowCode code, long[] data, int extraRows, Randomness randomness, Extra extra) {
        int k = code.dimension();
        int dataRows = data.length / code.dataSize();
        long[] coefficients = new long[Math.multiplyExact(dataRows + extraRows, k)];
        int block = Math.clamp(dataRows, 1, BLOCK);
        long[] random = new long[block * code.randomSize()];
        for (int row = 0; row < dataRows; row += block) {
            int part = Math.min(block, dataRows - row);
            randomness.elements(Purpose.ROW, code.field(), random, 0, part * code.randomSize());
            code.coefficients(data, row * code.dataSize(), random, 0, coefficients, row * k, part);
        }
        extra.write(coefficients);
        return new CommittedRows(code, dataRows + extraRows, coefficients, randomness);
    }

    private MerkleTree tree() {
        MerkleTree.Builder builder = new MerkleTree.Builder(code.length());
        builder.hash(0, code.length(), salts, columns, 0, rows);
        return builder.build();
    }

    public Digest root() {
        return tree.root();
    }

    public int rows() {
        return rows;
    }

    /** {@code acc += factor * row}, in coefficients. */
    void addRow(Extension factor, int row, ExtensionVector acc) {
        Field f = code.field();
        f.kernels().addScaled(factor, coefficients, row * code.dimension(), acc, 0, code.dimension());
    }

    /** Writes the coefficients of a row as member of a group. */
    void interleave(int row, long[] group, int member) {
        LowWords.interleave(coefficients, row * code.dimension(), code.dimension(), group, member);
    }

    /** A copy of one coefficient plane. */
    long[] row(int row) {
        return java.util.Arrays.copyOfRange(coefficients, row * code.dimension(), (row + 1) * code.dimension());
    }

    /**
     * Opens columns.
     *
     * @param positions distinct and ascending
     */
    public OpenedColumns open(int[] positions) {
        long[] values = new long[positions.length * rows];
        byte[] opened = new byte[positions.length * MerkleTree.SALT_BYTES];
        for (int i = 0; i < positions.length; i++) {
            System.arraycopy(columns, positions[i] * rows, values, i * rows, rows);
            System.arraycopy(
                    salts,
                    positions[i] * MerkleTree.SALT_BYTES,
                    opened,
                    i * MerkleTree.SALT_BYTES,
                    MerkleTree.SALT_BYTES);
        }
        return new OpenedColumns(rows, values, opened, tree.open(positions));
    }

    @Override
    public String toString() {
        return "a commitment of " + rows + " rows";
    }
}
