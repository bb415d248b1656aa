package dev.candor.proving.commitment;

import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Segment.Kind;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the cells of one commitment lie. A row of the commitment holds l cells.
 *
 * <p>Segments over F that have one row, or at most l cells, share rows: their cells, row-major, follow each other without gaps, segment after
 * segment, and fill the first rows of the commitment. Every other segment has rows of its own behind those, in the order of the segments:
 *
 * <ul>
 *   <li>A segment over F with w = 2^ceil(log2(columns)) at most l: g = min(l / w, 2^ceil(log2(rows))) rows of the segment share a row of
 *       the commitment; cell (b, i) is at column (b mod g) w + i of row b / g.
 *   <li>A wider segment over F: c = ceil(columns / l); cell (b, i) is at column i mod l of row b c + i / l.
 *   <li>A segment over K: coordinate j of cell i is at column i mod l of row 2 (i / l) + j.
 * </ul>
 *
 * Immutable.
 */
public final class Layout {

    private static final ExtensionVector ONE = ExtensionVector.of(Extension.ONE);

    private final int dataSize;
    private final List<Segment> segments;
    /** Of a segment among the first rows the place of its first cell in their order, of another its first row. */
    private final Map<Segment, Integer> starts = new HashMap<>();

    private final int rows;

    /**
     * Lays out segments.
     *
     * @param dataSize l, a power of two
     */
    public Layout(int dataSize, List<Segment> segments) {
        this.dataSize = dataSize;
        this.segments = List.copyOf(segments);
        long cells = 0;
        for (Segment segment : this.segments) {
            if (dense(segment)) {
                put(segment, cells);
                cells += (long) segment.rows() * segment.columns();
            }
        }
        long next = (cells + dataSize - 1) / dataSize;
        for (Segment segment : this.segments) {
            if (!dense(segment)) {
                put(segment, next);
                next += rowsOf(segment);
            }
        }
        if (next > 1 << 24) {
            throw new IllegalArgumentException("A commitment of more than 2^24 rows is not supported.");
        }
        this.rows = (int) next;
    }

    private void put(Segment segment, long start) {
        if (start > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("A commitment of more than 2^31 cells in shared rows is not supported.");
        }
        if (starts.put(segment, (int) start) != null) {
            throw new IllegalArgumentException("Segment " + segment.name() + " is laid out twice.");
        }
    }

    public List<Segment> segments() {
        return segments;
    }

    /** The number of rows of the commitment. */
    public int rows() {
        return rows;
    }

    private int start(Segment segment) {
        Integer start = starts.get(segment);
        if (start == null) {
            throw new IllegalArgumentException("Segment " + segment.name() + " is not in this commitment.");
        }
        return start;
    }

    /** Whether a segment lies in the rows that segments share. */
    private boolean dense(Segment segment) {
        return segment.kind() == Kind.BASE
                && (segment.rows() == 1 || (long) segment.rows() * segment.columns() <= dataSize);
    }

    private int rowsOf(Segment segment) {
        if (segment.kind() == Kind.EXTENSION) {
            return Extension.DEGREE * chunks(segment);
        }
        return shared(segment)
                ? (segment.rows() + sharing(segment) - 1) / sharing(segment)
                : Math.multiplyExact(segment.rows(), chunks(segment));
    }

    private int chunks(Segment segment) {
        return (segment.columns() + dataSize - 1) / dataSize;
    }

    private boolean shared(Segment segment) {
        return segment.columns() <= dataSize;
    }

    private int width(Segment segment) {
        return 1 << Segment.logarithm(segment.columns());
    }

    private int sharing(Segment segment) {
        return Math.min(dataSize / width(segment), 1 << segment.rowVariables());
    }

    /** Writes the cells of a segment over F, row-major, into the data of the commitment: {@code rows * l} values, row after row. */
    public void place(Segment segment, long[] cells, long[] data) {
        if (segment.kind() != Kind.BASE || cells.length != segment.rows() * segment.columns()) {
            throw new IllegalArgumentException(
                    "Segment " + segment.name() + " is not filled by " + cells.length + " cells.");
        }
        int columns = segment.columns();
        int first = start(segment);
        if (dense(segment)) {
            System.arraycopy(cells, 0, data, first, cells.length);
            return;
        }
        for (int b = 0; b < segment.rows(); b++) {
            int at;
            if (shared(segment)) {
                int g = sharing(segment);
                at = (first + b / g) * dataSize + b % g * width(segment);
            } else {
                at = (first + b * chunks(segment)) * dataSize;
            }
            System.arraycopy(cells, b * columns, data, at, columns);
        }
    }

    /** Writes the cells of a segment over K into the data of the commitment. */
    public void place(Segment segment, ExtensionVector cells, long[] data) {
        if (segment.kind() != Kind.EXTENSION || cells.size() != segment.columns()) {
            throw new IllegalArgumentException(
                    "Segment " + segment.name() + " is not filled by " + cells.size() + " cells.");
        }
        int first = start(segment);
        for (int chunk = 0; chunk < chunks(segment); chunk++) {
            int from = chunk * dataSize;
            int count = Math.min(dataSize, cells.size() - from);
            for (int j = 0; j < Extension.DEGREE; j++) {
                System.arraycopy(cells.plane(j), from, data, (first + Extension.DEGREE * chunk + j) * dataSize, count);
            }
        }
    }

    /** The functional {@code sum of eq(point, b) * weights[i] * cell(b, i)} in terms of rows. */
    public List<RowTerm> terms(Field field, Segment segment, Point point, ExtensionVector weights) {
        if (segment.kind() == Kind.EXTENSION) {
            return extensionTerms(segment, weights);
        }
        if (dense(segment)) {
            return denseTerms(field, segment, point, weights);
        }
        return shared(segment)
                ? sharedTerms(field, segment, point, weights)
                : wideTerms(field, segment, point, weights);
    }

    private List<RowTerm> denseTerms(Field field, Segment segment, Point point, ExtensionVector weights) {
        int count = segment.rows() * segment.columns();
        ExtensionVector all = weights;
        if (segment.rows() > 1) {
            all = new ExtensionVector(count);
            ExtensionVector heads = point.table(field, segment.rows());
            for (int b = 0; b < segment.rows(); b++) {
                field.kernels().addScaled(heads.get(b), weights, 0, all, b * segment.columns(), segment.columns());
            }
        }
        List<RowTerm> terms = new ArrayList<>();
        int start = start(segment);
        for (int done = 0; done < count; ) {
            int column = (start + done) % dataSize;
            int part = Math.min(dataSize - column, count - done);
            terms.add(new RowTerm(
                    segment.root(), (start + done) / dataSize, 1, ONE, column, all.copyOfRange(done, done + part)));
            done += part;
        }
        return terms;
    }

    private List<RowTerm> extensionTerms(Segment segment, ExtensionVector weights) {
        List<RowTerm> terms = new ArrayList<>();
        ExtensionVector units = ExtensionVector.of(Extension.ONE, new Extension(0, 1));
        for (int chunk = 0; chunk < chunks(segment); chunk++) {
            terms.add(new RowTerm(
                    segment.root(),
                    start(segment) + Extension.DEGREE * chunk,
                    1,
                    units,
                    chunkOf(weights, segment.columns(), chunk)));
        }
        return terms;
    }

    private List<RowTerm> wideTerms(Field field, Segment segment, Point point, ExtensionVector weights) {
        List<RowTerm> terms = new ArrayList<>();
        ExtensionVector heads = point.table(field, segment.rows());
        for (int chunk = 0; chunk < chunks(segment); chunk++) {
            terms.add(new RowTerm(
                    segment.root(),
                    start(segment) + chunk,
                    chunks(segment),
                    heads,
                    chunkOf(weights, segment.columns(), chunk)));
        }
        return terms;
    }

    private List<RowTerm> sharedTerms(Field field, Segment segment, Point point, ExtensionVector weights) {
        int g = sharing(segment);
        int low = Segment.logarithm(g);
        int full = segment.rows() / g;
        int rest = segment.rows() % g;
        ExtensionVector lowTable = point.slice(point.size() - low, point.size()).table(field, g);
        ExtensionVector heads = point.slice(0, point.size() - low).table(field, full + (rest > 0 ? 1 : 0));
        List<RowTerm> terms = new ArrayList<>();
        int first = start(segment);
        if (full > 0) {
            terms.add(new RowTerm(
                    segment.root(), first, 1, heads.copyOfRange(0, full), tiled(field, segment, lowTable, g, weights)));
        }
        if (rest > 0) {
            // The last row is not full: what lies beyond the last cell has no coefficient.
            terms.add(new RowTerm(
                    segment.root(),
                    first + full,
                    1,
                    heads.copyOfRange(full, full + 1),
                    tiled(field, segment, lowTable, rest, weights)));
        }
        return terms;
    }

    private ExtensionVector tiled(
            Field field, Segment segment, ExtensionVector lowTable, int count, ExtensionVector weights) {
        ExtensionVector row = new ExtensionVector(dataSize);
        for (int b = 0; b < count; b++) {
            field.kernels().addScaled(lowTable.get(b), weights, 0, row, b * width(segment), segment.columns());
        }
        return row;
    }

    private ExtensionVector chunkOf(ExtensionVector weights, int columns, int chunk) {
        int from = chunk * dataSize;
        int count = Math.min(dataSize, columns - from);
        ExtensionVector row = new ExtensionVector(dataSize);
        for (int j = 0; j < Extension.DEGREE; j++) {
            System.arraycopy(weights.plane(j), from, row.plane(j), 0, count);
        }
        return row;
    }
}
