package dev.candor.proving.network;

import java.util.List;

/** Executions that never happened, for tests of what refuses them. */
public final class Traces {

    private Traces() {}

    public static Trace of(Architecture architecture, int batch, List<long[]> values) {
        return new Trace(architecture, batch, values);
    }
}
