package dev.candor.proving.commitment;

import dev.candor.proving.fft.RowCode;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.merkle.MerkleTree;
import dev.candor.proving.parallel.Workers;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.Randomness;
import java.util.function.Supplier;

/**
 * The rows of one commitment, with their random coefficients, their words and the tree over their columns: as secret as the data.
 * Immutable once built; never written anywhere.
 */
public final class CommittedRows {

    /** Rows whose random coefficients are drawn at a time. */
    private static final int BLOCK = 2 * RowCode.GROUP;

    /** Leaves for which a thread of its own is worth while. */
    private static final int LEAST_LEAVES = 256;

    private final RowCode code;
    private final int rows;
    private final long[] coefficients;
    /** Value j of the word of row r is at j * rows + r. */
    private final long[] columns;

    private final byte[] salts;
    private final MerkleTree tree;

    CommittedRows(RowCode code, int rows, long[] coefficients, Supplier<Randomness> sources, Workers workers) {
        this.code = code;
        this.rows = rows;
        this.coefficients = coefficients;
        this.columns = new long[Math.multiplyExact(rows, code.length())];
        int k = code.dimension();
        workers.eachPart(
                rows,
                RowCode.GROUP,
                part -> code.evaluateColumns(
                        coefficients, part.from() * k, k, part.size(), columns, rows, part.from()));
        this.salts = new byte[code.length() * MerkleTree.SALT_BYTES];
        MerkleTree.Builder builder = new MerkleTree.Builder(code.length());
        workers.eachPart(code.length(), LEAST_LEAVES, part -> {
            int count = part.size();
            sources.get()
                    .bytes(Purpose.SALT, salts, part.from() * MerkleTree.SALT_BYTES, count * MerkleTree.SALT_BYTES);
            builder.hash(part.from(), part.to(), salts, columns, part.from() * rows, rows);
        });
        this.tree = builder.build(workers);
    }

    /**
     * Commits to data, with t fresh random coefficients a row.
     *
     * @param data l values a row
     * @param randomness used for this commitment only
     */
    public static CommittedRows of(RowCode code, long[] data, Randomness randomness) {
        return of(code, data, 0, () -> randomness, Workers.ONE);
    }

    /** Commits to data and, in the rows behind it, the masks of the tests. */
    public static CommittedRows withMasks(RowCode code, long[] data, Randomness randomness) {
        return withMasks(code, data, () -> randomness, Workers.ONE);
    }

    /**
     * The same by several threads, each of which draws what it commits from sources of its own.
     *
     * @param sources gives a fresh source at each call
     */
    public static CommittedRows withMasks(RowCode code, long[] data, Supplier<Randomness> sources, Workers workers) {
        return of(code, data, Masks.ROWS, sources, workers);
    }

    private static CommittedRows of(
            RowCode code, long[] data, int maskRows, Supplier<Randomness> sources, Workers workers) {
        int k = code.dimension();
        int dataRows = data.length / code.dataSize();
        long[] coefficients = new long[Math.multiplyExact(dataRows + maskRows, k)];
        workers.each(maskRows > 0 ? 2 : 1, task -> {
            if (task == 0) {
                workers.eachPart(
                        dataRows, RowCode.GROUP, part -> interpolate(code, data, part, sources.get(), coefficients));
            } else {
                Masks.draw(code, sources.get(), coefficients, dataRows * k);
            }
        });
        return new CommittedRows(code, dataRows + maskRows, coefficients, sources, workers);
    }

    private static void interpolate(
            RowCode code, long[] data, Workers.Part rows, Randomness randomness, long[] coefficients) {
        int block = Math.clamp(rows.size(), 1, BLOCK);
        long[] random = new long[block * code.randomSize()];
        for (int row = rows.from(); row < rows.to(); row += block) {
            int part = Math.min(block, rows.to() - row);
            randomness.elements(Purpose.ROW, code.field(), random, 0, part * code.randomSize());
            code.coefficients(data, row * code.dataSize(), random, 0, coefficients, row * code.dimension(), part);
        }
    }

    public Digest root() {
        return tree.root();
    }

    public int rows() {
        return rows;
    }

    /** {@code acc += factor * row}, in coefficients. */
    void addRow(Extension factor, int row, ExtensionVector acc) {
        addRow(factor, row, acc, 0, code.dimension());
    }

    /** The same for the coefficients {@code from} (inclusive) to {@code to} (exclusive) only, as far as the row has them. */
    void addRow(Extension factor, int row, ExtensionVector acc, int from, int to) {
        int k = code.dimension();
        int length = Math.min(to, k) - from;
        if (length > 0) {
            code.field().kernels().addScaled(factor, coefficients, row * k + from, acc, from, length);
        }
    }

    /** Writes {@code count} coefficients of a row as member of a group; those that it does not have are zero. */
    void interleave(int row, long[] group, int member, int count) {
        int k = code.dimension();
        LowWords.interleave(coefficients, row * k, Math.min(count, k), group, member);
        for (int i = k; i < count; i++) {
            group[i * RowCode.GROUP + member] = 0;
        }
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
