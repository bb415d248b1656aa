package dev.candor.persistence.ledger.stats;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.persistence.ledger.stats.Figure.View;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the figures come to. Two that were made of the same blocks are equal, wherever the figures were kept.
 *
 * @param days with any figure, in ascending order
 * @param callers over all days
 * @param waiting for a proof or an attestation
 */
public record LedgerStats(List<Day> days, Callers callers, List<Waiting> waiting) {

    /**
     * One day, UTC. What concerns answers is of the day on which they were given, money and blocks of the block's.
     *
     * @param day such as 2026-11-23
     * @param usage by model, version and mode
     * @param proofs what became of what was to be proven or attested
     * @param toFinal milliseconds from an answer to its block
     * @param toProof milliseconds from an answer to the block with its proof or attestation, by mode
     * @param callers who asked that day
     * @param operators by answers, most first
     * @param demand what was asked for
     * @param supply what was there for it
     * @param money units, by which each changed
     * @param blocks made
     * @param transactions in them
     */
    public record Day(
            String day,
            List<Usage> usage,
            List<Proofs> proofs,
            Quantiles toFinal,
            SortedMap<String, Quantiles> toProof,
            Asking callers,
            List<Operator> operators,
            Demand demand,
            Supply supply,
            Money money,
            long blocks,
            long transactions) {}

    /**
     * Answers of one kind.
     *
     * @param model name
     * @param version such as 1.00
     * @param mode asked for
     * @param answers with a receipt in a final block
     * @param cached of these, kept from an earlier request
     */
    public record Usage(String model, String version, String mode, long answers, long cached) {}

    /**
     * Proof coverage of one mode.
     *
     * @param mode asked for
     * @param asked answers that were to be proven or attested
     * @param proven of these
     * @param attested of these
     * @param expired of these, refunded
     * @param disproved of these, and of answers for which nothing was asked
     * @param pending of these
     * @param coverage (proven + attested) / asked, 0 where none was asked
     */
    public record Proofs(
            String mode,
            long asked,
            long proven,
            long attested,
            long expired,
            long disproved,
            long pending,
            double coverage) {}

    /**
     * Upper bounds, at most an eighth above the true values.
     *
     * @param count of values
     * @param p50 median, milliseconds
     * @param p99 milliseconds
     */
    public record Quantiles(long count, long p50, long p99) {}

    /**
     * Callers of a day.
     *
     * @param active that day
     * @param first of these, who had never asked before
     * @param returning of these, who had
     */
    public record Asking(long active, long first, long returning) {}

    /**
     * An operator's part.
     *
     * @param operator account
     * @param answers of its executors
     * @param share of all answers of the day
     * @param paid units charged for them, fees included
     */
    public record Operator(String operator, long answers, double share, long paid) {}

    /**
     * What was asked for.
     *
     * @param answers all
     * @param busiestHour of the day, 0 to 23; the first of equals
     * @param busiestHourAnswers in it
     * @param proofs how many proofs and attestations
     */
    public record Demand(long answers, int busiestHour, long busiestHourAnswers, long proofs) {}

    /**
     * What was there for it.
     *
     * @param executors that gave answers
     * @param nodes registered and not revoked at the day's end, by role
     * @param proofs that came for answers of that day, with attestations
     */
    public record Supply(long executors, SortedMap<String, Long> nodes, long proofs) {}

    /**
     * Changes in units.
     *
     * @param paid charged for answers
     * @param held charged for proofs and attestations
     * @param owed recorded as debt
     * @param treasury by which it grew: fees and penalties less refunds
     * @param supply by which it grew
     */
    public record Money(long paid, long held, long owed, long treasury, long supply) {}

    /**
     * Callers over all days.
     *
     * @param total who ever asked
     * @param repeat of these, who got more than one answer
     * @param severalDays of these, who asked on more than one day
     * @param cohorts by the day of the first answer, in ascending order
     */
    public record Callers(long total, long repeat, long severalDays, List<Cohort> cohorts) {}

    /**
     * Callers who came on one day.
     *
     * @param day of their first answer
     * @param callers how many
     * @param activeAfter of these, active so many days later
     */
    public record Cohort(String day, long callers, SortedMap<Long, Long> activeAfter) {}

    /**
     * What still waits.
     *
     * @param mode asked for
     * @param receipts how many
     * @param oldest when the oldest was answered, milliseconds since 1970-01-01 UTC
     */
    public record Waiting(String mode, long receipts, long oldest) {}

    /** How many blocks the figures are of. */
    public long blocks() {
        return days.stream().mapToLong(Day::blocks).sum();
    }

    /** What the figures of a store come to. */
    public static LedgerStats of(FigureStore store) {
        SortedMap<Long, Sheet> sheets = new TreeMap<>();
        store.figures((figure, value) ->
                sheets.computeIfAbsent(figure.day(), _ -> new Sheet()).put(figure, value));
        Map<String, Long> firstDays = firstDays(sheets);
        SortedMap<String, Long> nodes = new TreeMap<>();
        List<Day> days = new ArrayList<>();
        sheets.forEach((day, sheet) -> {
            sheet.each(View.NODES, (role, name, value) -> nodes.merge(role, value, Long::sum));
            days.add(sheet.day(day, firstDays, nodes));
        });
        return new LedgerStats(List.copyOf(days), callers(sheets, firstDays), waiting(store));
    }

    private static Map<String, Long> firstDays(SortedMap<Long, Sheet> sheets) {
        Map<String, Long> first = new HashMap<>();
        sheets.forEach((day, sheet) -> sheet.subjects(View.CALLERS).forEach(caller -> first.putIfAbsent(caller, day)));
        return first;
    }

    private static Callers callers(SortedMap<Long, Sheet> sheets, Map<String, Long> firstDays) {
        Map<String, Long> answers = new HashMap<>();
        Set<String> severalDays = new HashSet<>();
        SortedMap<Long, SortedMap<Long, Long>> cohorts = new TreeMap<>();
        sheets.forEach((day, sheet) -> sheet.each(View.CALLERS, (caller, _, value) -> {
            long first = firstDays.getOrDefault(caller, day);
            answers.merge(caller, value, Long::sum);
            if (first != day) {
                severalDays.add(caller);
            }
            cohorts.computeIfAbsent(first, _ -> new TreeMap<>()).merge(day - first, 1L, Long::sum);
        }));
        return new Callers(
                answers.size(),
                answers.values().stream().filter(each -> each > 1).count(),
                severalDays.size(),
                cohorts.entrySet().stream()
                        .map(each ->
                                new Cohort(text(each.getKey()), each.getValue().getOrDefault(0L, 0L), each.getValue()))
                        .toList());
    }

    private static List<Waiting> waiting(FigureStore store) {
        Map<VerificationMode, List<Long>> open = new EnumMap<>(VerificationMode.class);
        store.waiting((mode, answeredAt) ->
                open.computeIfAbsent(mode, _ -> new ArrayList<>()).add(answeredAt));
        return open.entrySet().stream()
                .map(each -> new Waiting(
                        each.getKey().word(),
                        each.getValue().size(),
                        each.getValue().stream()
                                .mapToLong(Long::longValue)
                                .min()
                                .orElseThrow()))
                .toList();
    }

    private static String text(long day) {
        return LocalDate.ofEpochDay(day).toString();
    }
}
