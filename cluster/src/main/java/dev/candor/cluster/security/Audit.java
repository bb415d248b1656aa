package dev.candor.cluster.security;

/** Hears of administrative acts once they ended. Thread-safe; does not block. */
@FunctionalInterface
public interface Audit {
    /** Keeps nothing. */
    Audit NONE = act -> {};

    /**
     * An act.
     *
     * @param caller by name
     * @param door {@code rest} or {@code grpc}
     * @param act method and path template, or the method's name
     * @param target what it was done to, as the request named it
     * @param outcome status of the answer
     */
    record Act(String caller, String door, String act, String target, String outcome) {}

    /** An act ended. */
    void record(Act act);
}
