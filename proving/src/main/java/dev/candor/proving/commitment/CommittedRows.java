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

    private static final int BLOCK = 64;

    private final RowCode code;
    private final int rows;
    private final long[] coefficients;
    private final long[][] words;
    private final byte[] salts;
    private final MerkleTree tree;

    CommittedRows(RowCode code, int rows, long[] coefficients, Randomness randomness) {
        this.code = code;
        this.rows = rows;
        this.coefficients = coefficients;
        this.words = new long[rows][code.length()];
        for (int row = 0; row < rows; row++) {
            code.evaluate(coefficients, row * code.dimension(), code.dimension(), words[row], 0);
        }
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
        long[] random = new long[code.randomSize()];
        for (int row = 0; row < dataRows; row++) {
            randomness.elements(Purpose.ROW, code.field(), random, 0, random.length);
            code.coefficients(data, row * code.dataSize(), random, 0, coefficients, row * k);
        }
        extra.write(coefficients);
        return new CommittedRows(code, dataRows + extraRows, coefficients, randomness);
    }

    private MerkleTree tree() {
        MerkleTree.Builder builder = new MerkleTree.Builder(code.length());
        int block = Math.min(BLOCK, code.length());
        long[] columns = new long[block * rows];
        for (int from = 0; from < code.length(); from += block) {
            for (int row = 0; row < rows; row++) {
                long[] word = words[row];
                for (int j = 0; j < block; j++) {
                    columns[j * rows + row] = word[from + j];
                }
            }
            builder.hash(from, from + block, salts, columns, 0, rows);
        }
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
        long[] columns = new long[positions.length * rows];
        byte[] opened = new byte[positions.length * MerkleTree.SALT_BYTES];
        for (int i = 0; i < positions.length; i++) {
            for (int row = 0; row < rows; row++) {
                columns[i * rows + row] = words[row][positions[i]];
            }
            System.arraycopy(
                    salts,
                    positions[i] * MerkleTree.SALT_BYTES,
                    opened,
                    i * MerkleTree.SALT_BYTES,
                    MerkleTree.SALT_BYTES);
        }
        return new OpenedColumns(rows, columns, opened, tree.open(positions));
    }

    @Override
    public String toString() {
        return "a commitment of " + rows + " rows";
    }
}
