package dev.candor.multijvmtests.faults;

import dev.candor.multijvmtests.harness.Call;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What clients saw of a fault.
 *
 * @param calls that ended since it was done
 * @param failures of these, by what came back
 * @param gapMillis the longest time in which no call was answered
 * @param lastFailureMillis how long after the fault the last call failed; 0 where none did
 */
record Seen(int calls, Map<String, Integer> failures, long gapMillis, long lastFailureMillis) {
    /** Of these calls, all of which ended at {@code since} or later. */
    static Seen of(List<Call> calls, long since) {
        Map<String, Integer> failures = new TreeMap<>();
        long lastFailure = since;
        long gap = 0;
        long answered = since;
        for (Call each : calls.stream()
                .sorted((one, other) -> Long.compare(one.end(), other.end()))
                .toList()) {
            if (each.answered()) {
                gap = Math.max(gap, each.end() - answered);
                answered = each.end();
            } else {
                failures.merge(each.outcome(), 1, Integer::sum);
                lastFailure = each.end();
            }
        }
        return new Seen(calls.size(), failures, gap, lastFailure - since);
    }

    /** How many calls failed. */
    int failed() {
        return failures.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The figures of one run as words of a line. */
    String toLine() {
        return String.format(
                Locale.ROOT,
                "calls=%d failed=%d gap=%d last=%d by=%s",
                calls,
                failed(),
                gapMillis,
                lastFailureMillis,
                failures.toString().replace(" ", ""));
    }
}
