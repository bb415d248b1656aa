package dev.candor.proving.commitment;

import dev.candor.proving.constraint.Functional;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Segment.Kind;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.multilinear.Multilinear;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the cells of one commitment lie. A row of the commitment holds l cells.
 *
 * <p>Segments over F that have one row, or at most l cells, share rows: their cells, row-major, follow each other without gaps, segment after
 * segment in the order of {@link Segment#aligned}, and fill the first rows of the commitment. Every other segment has rows of its own behind those, in the order of the segments:
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
        for (Segment segment :
                Segment.aligned(this.segments.stream().filter(this::dense).toList(), Layout::cells)) {
            put(segment, cells);
            cells += cells(segment);
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

    private static long cells(Segment segment) {
        return (long) segment.rows() * segment.columns();
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
        return segment.kind() == Kind.BASE && (segment.rows() == 1 || cells(segment) <= dataSize);
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

    /** {@code coefficient} times a functional in terms of rows. */
    public List<RowTerm> terms(Field field, Functional functional, Extension coefficient) {
        Segment segment = functional.segment();
        if (segment.kind() == Kind.EXTENSION) {
            return extensionTerms(field, functional, coefficient);
        }
        if (dense(segment)) {
            return denseTerms(field, functional, coefficient);
        }
        return shared(segment)
                ? sharedTerms(field, functional, coefficient)
                : wideTerms(field, functional, coefficient);
    }

    private List<RowTerm> denseTerms(Field field, Functional functional, Extension coefficient) {
        Segment segment = functional.segment();
        int count = segment.rows() * segment.columns();
        ExtensionVector weights = functional.weights();
        int from = functional.offset();
        if (segment.rows() > 1) {
            weights = new ExtensionVector(count);
            ExtensionVector heads = functional.rows().table(field, segment.rows());
            for (int b = 0; b < segment.rows(); b++) {
                addTo(field, functional, heads.get(b), weights, b * segment.columns());
            }
            from = 0;
        }
        List<RowTerm> terms = new ArrayList<>();
        ExtensionVector head = ExtensionVector.of(coefficient);
        int start = start(segment);
        for (int done = 0; done < count; ) {
            int column = (start + done) % dataSize;
            int part = Math.min(dataSize - column, count - done);
            RowTerm.Low low = new RowTerm.Low(weights, from + done, part, column);
            terms.add(new RowTerm(segment.root(), (start + done) / dataSize, 1, head, low));
            done += part;
        }
        return terms;
    }

    private List<RowTerm> extensionTerms(Field field, Functional functional, Extension coefficient) {
        Segment segment = functional.segment();
        List<RowTerm> terms = new ArrayList<>();
        ExtensionVector units = ExtensionVector.of(coefficient, field.mul(coefficient, new Extension(0, 1)));
        for (int chunk = 0; chunk < chunks(segment); chunk++) {
            int row = start(segment) + Extension.DEGREE * chunk;
            terms.add(new RowTerm(segment.root(), row, 1, units, chunk(functional, chunk)));
        }
        return terms;
    }

    private List<RowTerm> wideTerms(Field field, Functional functional, Extension coefficient) {
        Segment segment = functional.segment();
        List<RowTerm> terms = new ArrayList<>();
        ExtensionVector heads = heads(field, functional.rows(), segment.rows(), coefficient);
        for (int chunk = 0; chunk < chunks(segment); chunk++) {
            int row = start(segment) + chunk;
            terms.add(new RowTerm(segment.root(), row, chunks(segment), heads, chunk(functional, chunk)));
        }
        return terms;
    }

    private List<RowTerm> sharedTerms(Field field, Functional functional, Extension coefficient) {
        Segment segment = functional.segment();
        Point point = functional.rows();
        int g = sharing(segment);
        int low = Segment.logarithm(g);
        int full = segment.rows() / g;
        int rest = segment.rows() % g;
        ExtensionVector lowTable = point.slice(point.size() - low, point.size()).table(field, g);
        Point high = point.slice(0, point.size() - low);
        ExtensionVector heads = heads(field, high, full + (rest > 0 ? 1 : 0), coefficient);
        List<RowTerm> terms = new ArrayList<>();
        int first = start(segment);
        if (full > 0) {
            terms.add(new RowTerm(
                    segment.root(), first, 1, heads.copyOfRange(0, full), tiled(field, functional, lowTable, g)));
        }
        if (rest > 0) {
            // The last row is not full: what lies beyond the last cell has no coefficient.
            terms.add(new RowTerm(
                    segment.root(),
                    first + full,
                    1,
                    heads.copyOfRange(full, full + 1),
                    tiled(field, functional, lowTable, rest)));
        }
        return terms;
    }

    private static ExtensionVector heads(Field field, Point point, int count, Extension coefficient) {
        return Multilinear.eqTable(field, point.coordinates(), coefficient).copyOfRange(0, count);
    }

    private RowTerm.Low tiled(Field field, Functional functional, ExtensionVector lowTable, int count) {
        ExtensionVector row = new ExtensionVector(dataSize);
        for (int b = 0; b < count; b++) {
            addTo(field, functional, lowTable.get(b), row, b * width(functional.segment()));
        }
        return new RowTerm.Low(row, 0, dataSize, 0);
    }

    private static void addTo(Field field, Functional functional, Extension factor, ExtensionVector sum, int at) {
        int columns = functional.segment().columns();
        field.kernels().addScaled(factor, functional.weights(), functional.offset(), sum, at, columns);
    }

    private RowTerm.Low chunk(Functional functional, int chunk) {
        int from = chunk * dataSize;
        int count = Math.min(dataSize, functional.segment().columns() - from);
        return new RowTerm.Low(functional.weights(), functional.offset() + from, count, 0);
    }
}
