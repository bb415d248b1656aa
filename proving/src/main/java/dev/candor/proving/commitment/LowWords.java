package dev.candor.proving.commitment;

import dev.candor.proving.fft.RowCode;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.parallel.Workers;
import java.util.List;

/** The words of polynomials that are given by their values on the data positions, a group at a time. Not thread-safe. */
final class LowWords {

    private final RowCode code;
    private final int points;
    private final Workers workers;
    private final ExtensionVector words;

    /**
     * Words of their first {@code points} values.
     *
     * @param points a power of two, at least l
     */
    LowWords(RowCode code, int points, Workers workers) {
        this.code = code;
        this.points = points;
        this.workers = workers;
        this.words = new ExtensionVector(points * RowCode.GROUP);
    }

    /**
     * Value j of word i at {@code j * GROUP + i}, until the next call.
     *
     * @param values at most a group of vectors of at least l values
     */
    ExtensionVector of(List<ExtensionVector> values) {
        workers.each(Extension.DEGREE, c -> plane(values, c));
        return words;
    }

    /** Computes one coordinate of the words; calls for different ones may run at the same time. */
    void plane(List<ExtensionVector> values, int c) {
        int size = code.dataSize();
        long[] plane = words.plane(c);
        for (int i = 0; i < RowCode.GROUP; i++) {
            if (i < values.size()) {
                interleave(values.get(i).plane(c), 0, size, plane, i);
            } else {
                clear(plane, i, size);
            }
        }
        code.interpolateGroup(plane);
        code.evaluateGroup(plane, size, points);
    }

    /** What {@link #plane} has computed. */
    ExtensionVector words() {
        return words;
    }

    static void interleave(long[] from, int at, int count, long[] group, int member) {
        for (int i = 0; i < count; i++) {
            group[i * RowCode.GROUP + member] = from[at + i];
        }
    }

    private static void clear(long[] group, int member, int count) {
        for (int i = 0; i < count; i++) {
            group[i * RowCode.GROUP + member] = 0;
        }
    }
}
