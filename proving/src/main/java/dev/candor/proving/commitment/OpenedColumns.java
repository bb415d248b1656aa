package dev.candor.proving.commitment;

import dev.candor.proving.hash.Digest;
import dev.candor.proving.merkle.MerkleTree;
import java.util.List;

/** Some columns of a commitment with their salts and the digests that lead to the root. Public; the arrays are shared and not changed. */
public final class OpenedColumns {

    private final int rows;
    private final long[] columns;
    private final byte[] salts;
    private final List<Digest> path;

    /**
     * Opened columns.
     *
     * @param rows the elements of a column
     * @param columns one column after the other
     * @param salts {@link MerkleTree#SALT_BYTES} bytes a column
     */
    public OpenedColumns(int rows, long[] columns, byte[] salts, List<Digest> path) {
        this.rows = rows;
        this.columns = columns;
        this.salts = salts;
        this.path = List.copyOf(path);
        if ((long) rows * count() != columns.length || count() * MerkleTree.SALT_BYTES != salts.length) {
            throw new IllegalArgumentException("The columns and salts of an opening do not fit each other.");
        }
    }

    public int rows() {
        return rows;
    }

    /** The number of columns. */
    public int count() {
        return salts.length / MerkleTree.SALT_BYTES;
    }

    /** The element of one row in column {@code index}. */
    public long at(int index, int row) {
        return columns[index * rows + row];
    }

    /** All elements, one column after the other; to be read only. */
    public long[] columns() {
        return columns;
    }

    /** All salts; to be read only. */
    public byte[] salts() {
        return salts;
    }

    public List<Digest> path() {
        return path;
    }

    /** Whether the columns lead to the root. */
    public boolean leadsTo(Digest root, int leaves, int[] positions) {
        return count() == positions.length && MerkleTree.verify(root, leaves, positions, salts, columns, rows, path);
    }
}
