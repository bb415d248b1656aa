package dev.candor.proving.layer;

import dev.candor.proving.constraint.Segment;
import dev.candor.proving.field.Field;
import dev.candor.proving.lookup.Lookup;
import dev.candor.proving.lookup.LookupArgument;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Trace;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What whoever proves knows of one execution: secret, never in a log. Filled by one thread, then read by many. */
public final class NetworkWitness {

    private final Field field;
    private final IntegerNetwork network;
    private final Trace trace;
    private final Map<Integer, long[]> residues = new ConcurrentHashMap<>();
    private final Map<Segment, long[]> cells = new HashMap<>();
    private final Map<Lookup, int[]> rows = new HashMap<>();

    NetworkWitness(Field field, IntegerNetwork network, Trace trace) {
        this.field = field;
        this.network = network;
        this.trace = trace;
    }

    /** The witness, where there is one. */
    static NetworkWitness known(@Nullable NetworkWitness witness) {
        return Objects.requireNonNull(witness, "A product is proven from its factors.");
    }

    /** The integers of a value, sample after sample. */
    long[] value(int value) {
        return trace.value(value);
    }

    /** The same as elements of the field. */
    long[] residues(int value) {
        return residues.computeIfAbsent(value, v -> residues(trace.value(v)));
    }

    private long[] residues(long[] integers) {
        long[] result = new long[integers.length];
        for (int i = 0; i < integers.length; i++) {
            result[i] = field.fromSigned(integers[i]);
        }
        return result;
    }

    IntegerNetwork network() {
        return network;
    }

    /** Sets the cells of a segment, as integers, row-major. */
    void put(Segment segment, long[] integers) {
        cells.put(segment, residues(integers));
    }

    /** Sets the rows of a look-up: {@code sample * slots + slot}. */
    void put(Lookup lookup, int[] found) {
        rows.put(lookup, found);
    }

    /** The cells of a segment, as elements of the field. */
    public long[] cells(Segment segment) {
        long[] found = cells.get(segment);
        if (found == null) {
            throw new IllegalStateException("The segment " + segment.name() + " was not filled.");
        }
        return found;
    }

    /** The rows of the look-ups. */
    LookupArgument.Rows rows() {
        return lookup -> {
            int[] found = rows.get(lookup);
            if (found == null) {
                throw new IllegalStateException("The look-up " + lookup.name() + " was not filled.");
            }
            return found;
        };
    }

    @Override
    public String toString() {
        return "a witness of " + trace.batch() + " samples";
    }
}
