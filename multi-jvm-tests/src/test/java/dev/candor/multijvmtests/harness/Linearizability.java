package dev.candor.multijvmtests.harness;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether what concurrent callers saw of idempotency keys can be explained by one order in which each call took effect at one moment between its start and its
 * end (J. M. Wing and C. Gong, Testing and verifying concurrent objects, 1993; with G. Lowe's memory of what was tried, 2017). Keys are independent, so each is
 * searched by itself.
 *
 * <p>A key is a cell that is written once: the first call to take effect decides request and answer; a later one with the same request gets that answer, one with
 * another request a conflict. A call without an outcome may have taken effect at any time after its start, or never.
 */
public final class Linearizability {
    private Linearizability() {}

    /** What a caller was told. */
    public sealed interface Outcome {}

    /** An answer, by its receipt. */
    public record Answered(String receipt) implements Outcome {}

    /** That another request has the key. */
    public record Conflict() implements Outcome {}

    /** Nothing, or that it is to be asked again. */
    public record Unknown() implements Outcome {}

    /**
     * A call.
     *
     * @param key its idempotency key
     * @param request which request was made under it
     * @param start when it was sent, by a clock that all callers share
     * @param end when its outcome was known; what counts for an {@link Unknown} is the start alone
     */
    public record Operation(String key, int request, long start, long end, Outcome outcome) {
        long latest() {
            return outcome instanceof Unknown ? Long.MAX_VALUE : end;
        }
    }

    /** What a key holds: the request that decided it, and the answer where a caller was told of one. */
    private record Cell(int request, Optional<String> receipt) {}

    /** The keys whose calls no order explains, with their calls, a sentence each. */
    public static List<String> violations(Collection<Operation> history) {
        Map<String, List<Operation>> byKey = new TreeMap<>();
        for (Operation each : history) {
            byKey.computeIfAbsent(each.key(), key -> new ArrayList<>()).add(each);
        }
        List<String> violations = new ArrayList<>();
        byKey.forEach((key, calls) -> {
            if (!explained(calls)) {
                calls.sort(Comparator.comparingLong(Operation::start));
                violations.add("no order explains what callers saw of key " + key + ": " + calls);
            }
        });
        return violations;
    }

    private static boolean explained(List<Operation> calls) {
        return new Search(calls).from(new BitSet(), Optional.empty());
    }

    /** Depth first over the sets of calls that took effect. */
    private static final class Search {
        private final List<Operation> calls;
        private final Set<Map.Entry<BitSet, Optional<Cell>>> tried = new HashSet<>();

        Search(List<Operation> calls) {
            this.calls = calls;
        }

        boolean from(BitSet done, Optional<Cell> cell) {
            if (finished(done)) {
                return true;
            }
            if (!tried.add(Map.entry((BitSet) done.clone(), cell))) {
                return false;
            }
            long firstEnd = firstEnd(done);
            for (int i = 0; i < calls.size(); i++) {
                Operation call = calls.get(i);
                // Only what began before every call left has ended can be the next.
                if (!done.get(i) && call.start() <= firstEnd) {
                    for (Cell next : after(cell, call)) {
                        done.set(i);
                        boolean found = from(done, Optional.of(next));
                        done.clear(i);
                        if (found) {
                            return true;
                        }
                    }
                }
            }
            return false;
        }

        /** What is left has no outcome, and may never have taken effect. */
        private boolean finished(BitSet done) {
            for (int i = 0; i < calls.size(); i++) {
                if (!done.get(i) && !(calls.get(i).outcome() instanceof Unknown)) {
                    return false;
                }
            }
            return true;
        }

        private long firstEnd(BitSet done) {
            long first = Long.MAX_VALUE;
            for (int i = 0; i < calls.size(); i++) {
                if (!done.get(i)) {
                    first = Math.min(first, calls.get(i).latest());
                }
            }
            return first;
        }
    }

    /** What the cell may hold after the call took effect: one value, or none where the call cannot have had its outcome. */
    private static List<Cell> after(Optional<Cell> cell, Operation call) {
        if (cell.isEmpty()) {
            return switch (call.outcome()) {
                case Answered(String receipt) -> List.of(new Cell(call.request(), Optional.of(receipt)));
                case Unknown _ -> List.of(new Cell(call.request(), Optional.empty()));
                case Conflict _ -> List.of();
            };
        }
        Cell held = cell.get();
        boolean same = held.request() == call.request();
        return switch (call.outcome()) {
            case Answered(String receipt) -> {
                boolean fits = same
                        && (held.receipt().isEmpty() || held.receipt().get().equals(receipt));
                yield fits ? List.of(new Cell(held.request(), Optional.of(receipt))) : List.of();
            }
            case Conflict _ -> same ? List.of() : List.of(held);
            case Unknown _ -> List.of(held);
        };
    }

    /** How often each outcome was seen, for a report. */
    public static Map<String, Integer> counts(Collection<Operation> history) {
        Map<String, Integer> counts = new HashMap<>();
        for (Operation each : history) {
            counts.merge(Objects.requireNonNull(each.outcome()).getClass().getSimpleName(), 1, Integer::sum);
        }
        return new TreeMap<>(counts);
    }
}
