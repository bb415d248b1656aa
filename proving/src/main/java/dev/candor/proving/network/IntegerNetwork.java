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
     */
    public record WorstCase(Range range, long partial) {}

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
