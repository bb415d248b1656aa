package dev.candor.persistence.ledger.stats;

import static dev.candor.persistence.ledger.stats.BlockFigures.ANSWERS;
import static dev.candor.persistence.ledger.stats.BlockFigures.ASKED;
import static dev.candor.persistence.ledger.stats.BlockFigures.CACHED;
import static dev.candor.persistence.ledger.stats.BlockFigures.COUNT;
import static dev.candor.persistence.ledger.stats.BlockFigures.HELD;
import static dev.candor.persistence.ledger.stats.BlockFigures.OWED;
import static dev.candor.persistence.ledger.stats.BlockFigures.PAID;
import static dev.candor.persistence.ledger.stats.BlockFigures.SUPPLY;
import static dev.candor.persistence.ledger.stats.BlockFigures.TRANSACTIONS;
import static dev.candor.persistence.ledger.stats.BlockFigures.TREASURY;

import dev.candor.persistence.ledger.state.Settlement.Status;
import dev.candor.persistence.ledger.stats.Figure.View;
import dev.candor.persistence.ledger.stats.LedgerStats.Asking;
import dev.candor.persistence.ledger.stats.LedgerStats.Day;
import dev.candor.persistence.ledger.stats.LedgerStats.Demand;
import dev.candor.persistence.ledger.stats.LedgerStats.Money;
import dev.candor.persistence.ledger.stats.LedgerStats.Operator;
import dev.candor.persistence.ledger.stats.LedgerStats.Proofs;
import dev.candor.persistence.ledger.stats.LedgerStats.Quantiles;
import dev.candor.persistence.ledger.stats.LedgerStats.Supply;
import dev.candor.persistence.ledger.stats.LedgerStats.Usage;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The figures of one day. Not thread-safe. */
final class Sheet {
    private static final double MEDIAN = 0.5;
    private static final double TAIL = 0.99;

    private final Map<View, SortedMap<String, SortedMap<String, Long>>> figures = new EnumMap<>(View.class);

    @FunctionalInterface
    interface Each {
        void accept(String subject, String name, long value);
    }

    void put(Figure figure, long value) {
        view(figure.view())
                .computeIfAbsent(figure.subject(), _ -> new TreeMap<>())
                .put(figure.name(), value);
    }

    Set<String> subjects(View view) {
        return view(view).keySet();
    }

    void each(View view, Each each) {
        view(view).forEach((subject, names) -> names.forEach((name, value) -> each.accept(subject, name, value)));
    }

    private SortedMap<String, SortedMap<String, Long>> view(View view) {
        return figures.computeIfAbsent(view, _ -> new TreeMap<>());
    }

    private long one(View view, String subject, String name) {
        return view(view).getOrDefault(subject, Collections.emptySortedMap()).getOrDefault(name, 0L);
    }

    private long one(View view, String subject, Status status) {
        return one(view, subject, BlockFigures.name(status));
    }

    /**
     * The day's part of the report.
     *
     * @param firstDays of all callers
     * @param nodes registered and not revoked at the day's end, by role
     */
    Day day(long number, Map<String, Long> firstDays, SortedMap<String, Long> nodes) {
        List<Proofs> proofs = subjects(View.PROOFS).stream().map(this::proofs).toList();
        long active = subjects(View.CALLERS).size();
        long first = subjects(View.CALLERS).stream()
                .filter(caller -> firstDays.getOrDefault(caller, number) == number)
                .count();
        return new Day(
                LocalDate.ofEpochDay(number).toString(),
                subjects(View.USAGE).stream().map(this::usage).toList(),
                proofs,
                quantiles(toFinal()),
                toProof(),
                new Asking(active, first, active - first),
                operators(),
                demand(proofs),
                new Supply(
                        subjects(View.EXECUTORS).size(),
                        Collections.unmodifiableSortedMap(new TreeMap<>(nodes)),
                        proofs.stream()
                                .mapToLong(each -> each.proven() + each.attested())
                                .sum()),
                new Money(
                        one(View.MONEY, "", PAID),
                        one(View.MONEY, "", HELD),
                        one(View.MONEY, "", OWED),
                        one(View.MONEY, "", TREASURY),
                        one(View.MONEY, "", SUPPLY)),
                one(View.BLOCKS, "", COUNT),
                one(View.BLOCKS, "", TRANSACTIONS));
    }

    private Usage usage(String subject) {
        int mode = subject.lastIndexOf('/');
        int version = subject.lastIndexOf('/', mode - 1);
        return new Usage(
                subject.substring(0, version),
                subject.substring(version + 1, mode),
                subject.substring(mode + 1),
                one(View.USAGE, subject, ANSWERS),
                one(View.USAGE, subject, CACHED));
    }

    private Proofs proofs(String mode) {
        long asked = one(View.PROOFS, mode, ASKED);
        long proven = one(View.PROOFS, mode, Status.PROVEN);
        long attested = one(View.PROOFS, mode, Status.ATTESTED);
        long expired = one(View.PROOFS, mode, Status.EXPIRED);
        long disproved = one(View.PROOFS, mode, Status.DISPROVED);
        return new Proofs(
                mode,
                asked,
                proven,
                attested,
                expired,
                disproved,
                Math.max(0, asked - proven - attested - expired - disproved),
                asked == 0 ? 0 : (double) (proven + attested) / asked);
    }

    private Durations toFinal() {
        Durations durations = new Durations();
        each(View.TO_FINAL, (upTo, _, count) -> durations.add(Long.parseLong(upTo), count));
        return durations;
    }

    private SortedMap<String, Quantiles> toProof() {
        SortedMap<String, Durations> byMode = new TreeMap<>();
        each(View.TO_PROOF, (subject, _, count) -> {
            int upTo = subject.lastIndexOf('/');
            byMode.computeIfAbsent(subject.substring(0, upTo), _ -> new Durations())
                    .add(Long.parseLong(subject.substring(upTo + 1)), count);
        });
        SortedMap<String, Quantiles> quantiles = new TreeMap<>();
        byMode.forEach((mode, durations) -> quantiles.put(mode, quantiles(durations)));
        return quantiles;
    }

    private static Quantiles quantiles(Durations durations) {
        return new Quantiles(durations.count(), durations.quantile(MEDIAN), durations.quantile(TAIL));
    }

    private long answers() {
        return subjects(View.OPERATORS).stream()
                .mapToLong(each -> one(View.OPERATORS, each, ANSWERS))
                .sum();
    }

    private List<Operator> operators() {
        long all = answers();
        return subjects(View.OPERATORS).stream()
                .map(each -> {
                    long own = one(View.OPERATORS, each, ANSWERS);
                    return new Operator(each, own, (double) own / all, one(View.OPERATORS, each, PAID));
                })
                .sorted(Comparator.comparingLong(Operator::answers).reversed().thenComparing(Operator::operator))
                .toList();
    }

    private Demand demand(List<Proofs> proofs) {
        long busiest = 0;
        int hour = 0;
        for (String each : subjects(View.HOURS)) {
            long answers = one(View.HOURS, each, ANSWERS);
            if (answers > busiest) {
                busiest = answers;
                hour = Integer.parseInt(each);
            }
        }
        return new Demand(
                answers(),
                hour,
                busiest,
                proofs.stream().mapToLong(Proofs::asked).sum());
    }
}
