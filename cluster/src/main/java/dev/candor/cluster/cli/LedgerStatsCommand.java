package dev.candor.cluster.cli;

import dev.candor.persistence.ledger.replay.LedgerReplay;
import dev.candor.persistence.ledger.stats.BlockFigures;
import dev.candor.persistence.ledger.stats.LedgerStats;
import dev.candor.persistence.ledger.stats.MemoryFigures;
import dev.candor.persistence.ledger.stats.StatsJson;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Recomputes a network's public figures from its export. */
@Command(
        name = "stats",
        mixinStandardHelpOptions = true,
        description = {
            "Recomputes the public figures, GET /v1/stats of a node, from an export alone. The whole export is checked on the way.",
            "Exit code 0: printed; 1: the export does not hold; 2: the command line is wrong."
        })
final class LedgerStatsCommand implements Callable<Integer> {
    @Mixin
    private LedgerCommand.Export export = new LedgerCommand.Export();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        return LedgerCommand.reported(spec, export, out -> {
            MemoryFigures figures = new MemoryFigures();
            LedgerReplay.Result result = export.replay((before, block, _, segments, entries, after) ->
                    BlockFigures.add(before, block, segments, entries, after, figures));
            LedgerStats stats = LedgerStats.of(figures);
            if (export.json()) {
                out.println(StatsJson.of(stats));
            } else {
                print(stats, out);
                out.printf(
                        "recomputed from %d blocks with %d receipts; %s%n",
                        result.state().height(), result.receipts(), export.believed());
            }
            return 0;
        });
    }

    private static void print(LedgerStats stats, PrintWriter out) {
        stats.days().forEach(day -> print(day, out));
        LedgerStats.Callers callers = stats.callers();
        out.printf(
                "callers: %d, of these %d more than once and %d on several days%n",
                callers.total(), callers.repeat(), callers.severalDays());
        callers.cohorts()
                .forEach(cohort -> out.printf(
                        "  first on %s: %d; active so many days later: %s%n",
                        cohort.day(), cohort.callers(), cohort.activeAfter()));
        stats.waiting()
                .forEach(waiting -> out.printf(
                        "waiting for %s: %d receipts, the oldest answered %s%n",
                        waiting.mode(), waiting.receipts(), Instant.ofEpochMilli(waiting.oldest())));
    }

    private static void print(LedgerStats.Day day, PrintWriter out) {
        out.printf("%s: %d blocks, %d transactions%n", day.day(), day.blocks(), day.transactions());
        day.usage()
                .forEach(usage -> out.printf(
                        "  %s %s, %s: %d answers, %d of them kept ones%n",
                        usage.model(), usage.version(), usage.mode(), usage.answers(), usage.cached()));
        day.proofs()
                .forEach(proofs -> out.printf(
                        "  proofs, %s: %d asked, %d proven, %d attested, %d expired, %d disproved, %d pending; coverage %.1f %%%n",
                        proofs.mode(),
                        proofs.asked(),
                        proofs.proven(),
                        proofs.attested(),
                        proofs.expired(),
                        proofs.disproved(),
                        proofs.pending(),
                        100 * proofs.coverage()));
        if (day.toFinal().count() > 0) {
            out.printf(
                    "  to the final block: p50 %d ms, p99 %d ms%n",
                    day.toFinal().p50(), day.toFinal().p99());
        }
        day.toProof()
                .forEach((mode, took) ->
                        out.printf("  to the proof, %s: p50 %d ms, p99 %d ms%n", mode, took.p50(), took.p99()));
        out.printf(
                "  callers: %d, of these %d new and %d returning%n",
                day.callers().active(), day.callers().first(), day.callers().returning());
        day.operators()
                .forEach(operator -> out.printf(
                        "  operator %s: %d answers, %.1f %%, paid %d%n",
                        operator.operator(), operator.answers(), 100 * operator.share(), operator.paid()));
        out.printf(
                "  demand: %d answers, %d in the busiest hour (%02d), %d proofs; supply: %d executors that answered, nodes %s, %d proofs%n",
                day.demand().answers(),
                day.demand().busiestHourAnswers(),
                day.demand().busiestHour(),
                day.demand().proofs(),
                day.supply().executors(),
                day.supply().nodes(),
                day.supply().proofs());
        out.printf(
                "  money: paid %d, held %d, owed %d; treasury %+d, supply %+d%n",
                day.money().paid(),
                day.money().held(),
                day.money().owed(),
                day.money().treasury(),
                day.money().supply());
    }
}
