package dev.candor.proving.commitment;

import dev.candor.proving.fft.RowCode;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.parallel.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The two tests over the rows of all roots. Proximity: {@code v = u_0 + sum of rho_i p_i} over all rows p_i of all roots but those of u_0
 * itself. Linear: {@code q = sum of A_i p_i + u_a + Z_H u_b}, where A_i interpolates the coefficients of row i, so q adds up over the data
 * positions to what the combined equation says.
 */
public final class RowTests {

    /** Coefficients for which a thread of its own is worth while. */
    private static final int LEAST_COEFFICIENTS = 256;

    /** Values of a group of words for which a thread of its own is worth while. */
    private static final int LEAST_VALUES = 1 << 14;

    private final RowCode code;
    private final Field field;
    private final Workers workers;

    public RowTests(RowCode code) {
        this(code, Workers.ONE);
    }

    /** Tests whose answers are computed by several threads. */
    public RowTests(RowCode code, Workers workers) {
        this.code = code;
        this.field = code.field();
        this.workers = workers;
    }

    /** The rows of root 0 that hold masks, beyond its layout. */
    public static int maskRows() {
        return Masks.ROWS;
    }

    /** The number of coefficients rho for roots of these numbers of rows, masks included. */
    public static int proximityCoefficients(List<Integer> rows) {
        return rows.stream().mapToInt(Integer::intValue).sum() - Masks.PROXIMITY_ROWS;
    }

    /** v, k coefficients. */
    public ExtensionVector proximity(List<CommittedRows> roots, ExtensionVector rho) {
        ExtensionVector v = new ExtensionVector(code.dimension());
        workers.eachPart(code.dimension(), LEAST_COEFFICIENTS, part -> {
            int next = 0;
            for (int root = 0; root < roots.size(); root++) {
                CommittedRows rows = roots.get(root);
                int count = rows.rows() - (root == 0 ? Masks.PROXIMITY_ROWS : 0);
                for (int row = 0; row < count; row++) {
                    rows.addRow(rho.get(next++), row, v, part.from(), part.to());
                }
            }
        });
        Masks.addProximity(code, roots.getFirst(), v);
        return v;
    }

    /** Whether v agrees with the opened columns. */
    public boolean proximityAgrees(List<OpenedColumns> roots, int[] positions, ExtensionVector rho, ExtensionVector v) {
        ExtensionVector word = new ExtensionVector(code.length());
        code.evaluate(v, v.size(), word);
        for (int i = 0; i < positions.length; i++) {
            Extension sum = Masks.proximityAt(roots.getFirst(), i);
            int next = 0;
            for (int root = 0; root < roots.size(); root++) {
                OpenedColumns columns = roots.get(root);
                int count = columns.rows() - (root == 0 ? Masks.PROXIMITY_ROWS : 0);
                Extension part = field.kernels().innerProduct(rho, next, columns.columns(), i * columns.rows(), count);
                sum = field.add(sum, part);
                next += count;
            }
            if (!sum.equals(word.get(positions[i]))) {
                return false;
            }
        }
        return true;
    }

    /**
     * q, k + l coefficients. A row is d + Z_H s, so with at most l random coefficients a row A_i p_i is A_i d_i + Z_H (A_i s_i), two
     * products that 2l points determine.
     */
    public ExtensionVector linear(List<CommittedRows> roots, List<RowTerm> terms) {
        int l = code.dataSize();
        boolean apart = code.randomSize() <= l;
        int points = apart ? 2 * l : Integer.highestOneBit(code.dimension() + l - 1) << 1;
        TermGroups groups = TermGroups.of(field, l, terms);
        List<ExtensionVector> folds = folds(roots, groups.folded());
        List<List<TermGroups.Row>> rowGroups = parts(groups.rows());
        List<List<TermGroups.Folded>> foldGroups = parts(groups.folded());
        int all = rowGroups.size() + foldGroups.size();
        List<Workers.Part> shares = workers.parts(all, 1);
        Products[] products = new Products[shares.size()];
        workers.each(shares.size(), share -> {
            Products own = new Products(points, apart);
            for (int i = shares.get(share).from(); i < shares.get(share).to(); i++) {
                if (i < rowGroups.size()) {
                    own.addRows(roots, rowGroups.get(i));
                } else {
                    int group = i - rowGroups.size();
                    int first = group * RowCode.GROUP;
                    int count = foldGroups.get(group).size();
                    own.addFolds(folds.subList(first, first + count), foldGroups.get(group));
                }
            }
            products[share] = own;
        });
        ExtensionVector q = new ExtensionVector(code.dimension() + l);
        workers.each(Extension.DEGREE, c -> {
            long[] sum = total(products, points, own -> own.sums.plane(c));
            System.arraycopy(sum, 0, q.plane(c), 0, Math.min(sum.length, q.size()));
            if (apart) {
                long[] random = total(products, points, own -> own.randomSums.plane(c));
                code.addVanishingMultiple(random, 0, code.dimension(), q.plane(c), 0);
            }
        });
        Masks.addLinear(code, roots.getFirst(), q);
        return q;
    }

    /** The coefficients of the sum of what all have added up. */
    private long[] total(Products[] products, int points, Function<Products, long[]> plane) {
        long[] sum = new long[points];
        for (Products own : products) {
            long[] from = plane.apply(own);
            for (int j = 0; j < points; j++) {
                long value = sum[j];
                for (int i = 0; i < RowCode.GROUP; i++) {
                    value = field.add(value, from[j * RowCode.GROUP + i]);
                }
                sum[j] = value;
            }
        }
        code.interpolateWord(sum, 0, points);
        return sum;
    }

    /** Each combination of rows, in coefficients. */
    private List<ExtensionVector> folds(List<CommittedRows> roots, List<TermGroups.Folded> folded) {
        List<ExtensionVector> folds = new ArrayList<>(folded.size());
        for (int i = 0; i < folded.size(); i++) {
            folds.add(new ExtensionVector(code.dimension()));
        }
        workers.eachPart(code.dimension(), LEAST_COEFFICIENTS, range -> {
            for (int i = 0; i < folded.size(); i++) {
                for (TermGroups.Part part : folded.get(i).parts()) {
                    CommittedRows rows = roots.get(part.root());
                    for (int j = 0; j < part.heads().size(); j++) {
                        int row = part.first() + j * part.stride();
                        rows.addRow(part.heads().get(j), row, folds.get(i), range.from(), range.to());
                    }
                }
            }
        });
        return folds;
    }

    /** Adds up products of words over K, a group of eight at a time. */
    private final class Products {

        private final int points;
        private final boolean apart;
        private final LowWords lows;
        private final ExtensionVector words;
        private final ExtensionVector sums;
        private final ExtensionVector randomWords;
        private final ExtensionVector randomSums;

        /**
         * Sums of nothing yet.
         *
         * @param apart whether the random part of a row, without Z_H, is a word of its own
         */
        Products(int points, boolean apart) {
            this.points = points;
            this.apart = apart;
            this.lows = new LowWords(code, points, workers);
            this.words = new ExtensionVector(points * RowCode.GROUP);
            this.sums = new ExtensionVector(points * RowCode.GROUP);
            this.randomWords = new ExtensionVector(apart ? points * RowCode.GROUP : 0);
            this.randomSums = new ExtensionVector(randomWords.size());
        }

        void addRows(List<CommittedRows> roots, List<TermGroups.Row> group) {
            List<ExtensionVector> values =
                    group.stream().map(TermGroups.Row::low).toList();
            workers.each(Extension.DEGREE + 1, task -> {
                if (task < Extension.DEGREE) {
                    lows.plane(values, task);
                    return;
                }
                for (int i = 0; i < group.size(); i++) {
                    TermGroups.Row row = group.get(i);
                    roots.get(row.root()).interleave(row.row(), words.plane(0), i, code.dimension());
                }
                evaluate(0);
            });
            ExtensionVector low = lows.words();
            workers.eachPart(sums.size(), LEAST_VALUES, part -> {
                int from = part.from();
                field.kernels().addProduct(low, from, words.plane(0), from, sums, from, part.size());
                if (apart) {
                    field.kernels().addProduct(low, from, randomWords.plane(0), from, randomSums, from, part.size());
                }
            });
        }

        void addFolds(List<ExtensionVector> folds, List<TermGroups.Folded> group) {
            List<ExtensionVector> values =
                    group.stream().map(TermGroups.Folded::low).toList();
            workers.each(2 * Extension.DEGREE, task -> {
                int c = task % Extension.DEGREE;
                if (task < Extension.DEGREE) {
                    lows.plane(values, c);
                    return;
                }
                for (int i = 0; i < folds.size(); i++) {
                    LowWords.interleave(folds.get(i).plane(c), 0, code.dimension(), words.plane(c), i);
                }
                evaluate(c);
            });
            ExtensionVector low = lows.words();
            workers.eachPart(sums.size(), LEAST_VALUES, part -> {
                int from = part.from();
                field.kernels().addProduct(words, from, low, from, sums, from, part.size());
                if (apart) {
                    field.kernels().addProduct(randomWords, from, low, from, randomSums, from, part.size());
                }
            });
        }

        /** Replaces the coefficients of rows by their words. */
        private void evaluate(int c) {
            if (!apart) {
                code.evaluateGroup(words.plane(c), code.dimension(), points);
                return;
            }
            code.separateGroup(words.plane(c), randomWords.plane(c));
            code.evaluateGroup(words.plane(c), code.dataSize(), points);
            code.evaluateGroup(randomWords.plane(c), code.randomSize(), points);
        }
    }

    private static <T> List<List<T>> parts(List<T> all) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += RowCode.GROUP) {
            parts.add(all.subList(from, Math.min(all.size(), from + RowCode.GROUP)));
        }
        return parts;
    }

    /** The sum of q over the data positions. */
    public Extension sumOverData(ExtensionVector q) {
        return code.sumOverData(q, q.size());
    }

    /** Whether q agrees with the opened columns. */
    public boolean linearAgrees(List<OpenedColumns> roots, int[] positions, List<RowTerm> terms, ExtensionVector q) {
        ExtensionVector expected = new ExtensionVector(positions.length);
        for (int i = 0; i < positions.length; i++) {
            expected.set(i, Masks.linearAt(code, roots.getFirst(), i, positions[i]));
        }
        TermGroups groups = TermGroups.of(field, code.dataSize(), terms);
        LowWords lows = new LowWords(code, code.length(), workers);
        for (List<TermGroups.Row> part : parts(groups.rows())) {
            ExtensionVector words =
                    lows.of(part.stream().map(TermGroups.Row::low).toList());
            for (int i = 0; i < positions.length; i++) {
                Extension sum = expected.get(i);
                for (int r = 0; r < part.size(); r++) {
                    long cell = roots.get(part.get(r).root()).at(i, part.get(r).row());
                    sum = field.add(sum, field.mul(words.get(positions[i] * RowCode.GROUP + r), cell));
                }
                expected.set(i, sum);
            }
        }
        for (List<TermGroups.Folded> part : parts(groups.folded())) {
            ExtensionVector words =
                    lows.of(part.stream().map(TermGroups.Folded::low).toList());
            for (int i = 0; i < positions.length; i++) {
                Extension sum = expected.get(i);
                for (int r = 0; r < part.size(); r++) {
                    Extension fold = Extension.ZERO;
                    for (TermGroups.Part rows : part.get(r).parts()) {
                        fold = field.add(fold, folded(roots.get(rows.root()), i, rows));
                    }
                    sum = field.add(sum, field.mul(fold, words.get(positions[i] * RowCode.GROUP + r)));
                }
                expected.set(i, sum);
            }
        }
        ExtensionVector word = new ExtensionVector(code.length());
        code.evaluate(q, q.size(), word);
        for (int i = 0; i < positions.length; i++) {
            if (!expected.get(i).equals(word.get(positions[i]))) {
                return false;
            }
        }
        return true;
    }

    /** A combination of rows in an opened column. */
    private Extension folded(OpenedColumns columns, int index, TermGroups.Part part) {
        ExtensionVector heads = part.heads();
        if (part.stride() == 1) {
            int at = index * columns.rows() + part.first();
            return field.kernels().innerProduct(heads, 0, columns.columns(), at, heads.size());
        }
        Extension fold = Extension.ZERO;
        for (int j = 0; j < heads.size(); j++) {
            long cell = columns.at(index, part.first() + j * part.stride());
            fold = field.add(fold, field.mul(heads.get(j), cell));
        }
        return fold;
    }
}
