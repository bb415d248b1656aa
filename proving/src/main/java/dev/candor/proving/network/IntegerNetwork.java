package dev.candor.proving.network;

import java.util.List;

/**
 * An architecture with parameters that fit it: right in number, weights within [-127, 127], and such that for every input in range the
 * result of each requantise lies within 16 bits before its clamp. {@link InvalidNetworkException} for any others. Immutable.
 */
public final class IntegerNetwork {
    private final Architecture architecture;
    private final Parameters parameters;
    private final List<WorstCase> worstCases;

    /**
     * The bounds that the true parameters give, over all inputs in range. Unlike the architecture's ranges they are as secret as the
     * parameters.
     *
     * @param range of the value
     * @param partial the largest absolute value of any partial sum, in whatever order, while it is computed
     * @param rowSum what the absolute values of a row (the innermost dimension) add up to at most, or {@link #UNKNOWN} where that is
     *     not known to be less than their range gives
     */
    public record WorstCase(Range range, long partial, long rowSum) {
        /** No bound of rows. */
        public static final long UNKNOWN = Long.MAX_VALUE;

        WorstCase(Range range, long partial) {
            this(range, partial, UNKNOWN);
        }
    }

    /** Checks {@code parameters} against {@code architecture}. */
    public IntegerNetwork(Architecture architecture, Parameters parameters) {
        this.architecture = architecture;
        this.parameters = parameters;
        this.worstCases = WorstCases.of(architecture, parameters);
    }

    /** The public part. */
    public Architecture architecture() {
        return architecture;
    }

    /** The hidden part. */
    public Parameters parameters() {
        return parameters;
    }

    /** The parameters of node {@code node}. */
    public Parameters.Entry parameters(int node) {
        return parameters.nodes().get(node);
    }

    /** The bounds of a value: as secret as the parameters. */
    public WorstCase worstCase(int value) {
        return worstCases.get(value);
    }
}
