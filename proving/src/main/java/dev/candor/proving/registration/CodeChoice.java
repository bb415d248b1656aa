package dev.candor.proving.registration;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.commitment.Layout;
import dev.candor.proving.commitment.RowTests;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.field.Field;
import dev.candor.proving.layer.NetworkCircuit;
import dev.candor.proving.merkle.MerkleTree;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.proof.ProofPlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the sizes of a commitment: those for which the length of a proof, the time of its commitment and of its combinations of the
 * model's rows, and its share of a roll-over together cost least.
 */
public final class CodeChoice {

    private static final int LEAST_DATA = 256;
    private static final int MOST_DATA = 1 << 14;
    private static final int MOST_LENGTH = 1 << 17;

    /** What a value that is encoded and hashed is worth in bytes of a proof: ten nanoseconds, and a byte fifty. */
    private static final double VALUE_PRICE = 1.0 / 5;

    /** What the tree over a column costs, in values of the column. */
    private static final int TREE_VALUES = 14;

    /** What a coefficient of the model's rows costs in both tests, in bytes. */
    private static final double COEFFICIENT_PRICE = 1.0 / 20;

    private CodeChoice() {}

    /**
     * Chooses for a network.
     *
     * @param samples the size of the batches that matter most
     * @param openings of an epoch
     * @param grindingBits of each proof
     * @throws IllegalArgumentException where no sizes allow so many openings
     */
    public static CodeParameters of(
            Field field, Architecture architecture, int samples, int openings, int grindingBits) {
        Circuit<?> circuit = new NetworkCircuit(architecture, samples).circuit();
        @Nullable CodeParameters best = null;
        double lowest = Double.POSITIVE_INFINITY;
        int pads = 0;
        for (int dataSize = LEAST_DATA; dataSize <= MOST_DATA; dataSize *= 2) {
            for (int length = 4 * dataSize; length <= MOST_LENGTH; length *= 2) {
                CodeParameters parameters;
                try {
                    parameters = CodeParameters.forOpenings(dataSize, length, openings, grindingBits);
                } catch (IllegalArgumentException _) {
                    continue; // The word is too short for so many openings.
                }
                if (pads == 0) {
                    pads = new ProofPlan(field, parameters, circuit).pads().columns();
                }
                double price = price(circuit, parameters, pads, openings);
                if (price < lowest) {
                    lowest = price;
                    best = parameters;
                }
            }
        }
        if (best == null) {
            throw new IllegalArgumentException("No word of at most " + MOST_LENGTH + " values allows " + openings
                    + " openings of an epoch; ask for fewer.");
        }
        return best;
    }

    private static double price(Circuit<?> circuit, CodeParameters p, int pads, int openings) {
        List<Segment> own = new ArrayList<>(circuit.segments().getFirst());
        own.add(new Segment("pads", 0, Segment.Kind.EXTENSION, 1, pads));
        int fresh = new Layout(p.dataSize(), own).rows() + RowTests.maskRows();
        int known = new Layout(p.dataSize(), circuit.segments().get(1)).rows();
        double depth = Math.log((double) p.length() / p.queries()) / Math.log(2);
        double paths = 2.0 * p.queries() * (MerkleTree.SALT_BYTES + 32 * depth);
        return 8.0 * p.queries() * (fresh + known)
                + 16.0 * p.dimension()
                + 16.0 * p.linearDimension()
                + paths
                + VALUE_PRICE * (fresh + TREE_VALUES) * p.length()
                + VALUE_PRICE * (known + TREE_VALUES) * p.length() / openings
                + COEFFICIENT_PRICE * known * p.dimension();
    }
}
