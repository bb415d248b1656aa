package dev.candor.bench.scenario;

import java.time.Duration;
import java.util.List;

/**
 * A load test.
 *
 * @param name as reports call it, may be empty
 * @param mix what is sent, at least one kind
 * @param loop when it is sent
 * @param rates requests a second of an open loop, one run each; empty for a closed loop and a sweep
 * @param sweep whether rates are found out; then {@code sweepParts} are offered of what a closed loop reaches
 * @param connections requests on their way at one time, 0 for the loop's default
 */
public record Scenario(
        String name,
        List<Part> mix,
        Loop loop,
        List<Double> rates,
        boolean sweep,
        List<Double> sweepParts,
        int connections,
        Duration warmUp,
        Duration window,
        long seed,
        int sampleEvery,
        boolean refusalsAllowed) {
    private static final int CLOSED_CONNECTIONS = 32;
    private static final int OPEN_CONNECTIONS = 256;

    /** When requests are sent. */
    public enum Loop {
        /** When the answer to the last is there. */
        CLOSED,
        /** By the clock, evenly. */
        CONSTANT,
        /** By the clock, independently of one another. */
        POISSON
    }

    /** Refuses a scenario that contradicts itself. */
    public Scenario {
        mix = List.copyOf(mix);
        rates = List.copyOf(rates);
        sweepParts = List.copyOf(sweepParts);
        if (mix.isEmpty()) {
            throw new IllegalArgumentException("the scenario's mix is empty; name at least one model");
        }
        if (loop == Loop.CLOSED && !sweep && !rates.isEmpty()) {
            throw new IllegalArgumentException(
                    "a closed loop has no rate: take loop = poisson or constant, or leave the rates out");
        }
        if (loop != Loop.CLOSED && !sweep && rates.isEmpty()) {
            throw new IllegalArgumentException("an open loop needs a rate, or sweep = true");
        }
        if (sweep && !rates.isEmpty()) {
            throw new IllegalArgumentException("a sweep finds its rates itself; leave out either");
        }
        if (connections < 0) {
            throw new IllegalArgumentException("connections is " + connections + "; it must not lie below 0");
        }
    }

    /** Connections of a run. */
    public int connectionsOf(boolean closed) {
        if (connections > 0) {
            return connections;
        }
        return closed ? CLOSED_CONNECTIONS : OPEN_CONNECTIONS;
    }
}
