package dev.candor.persistence.ledger.stats;

import static dev.candor.persistence.ledger.LedgerFixture.CALLER;
import static dev.candor.persistence.ledger.LedgerFixture.EXECUTOR;
import static dev.candor.persistence.ledger.LedgerFixture.GATEWAY;
import static dev.candor.persistence.ledger.LedgerFixture.GENESIS;
import static dev.candor.persistence.ledger.LedgerFixture.PAYEE;
import static dev.candor.persistence.ledger.LedgerFixture.PROVER;
import static dev.candor.persistence.ledger.LedgerFixture.START;
import static dev.candor.persistence.ledger.LedgerFixture.batch;
import static dev.candor.persistence.ledger.LedgerFixture.id;
import static dev.candor.persistence.ledger.LedgerFixture.leaf;
import static dev.candor.persistence.ledger.LedgerFixture.segment;
import static dev.candor.persistence.ledger.LedgerFixture.signed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.FakeSignatures;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.Ledger.Built;
import dev.candor.persistence.ledger.LedgerFixture;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.tree.LogProof;
import dev.candor.persistence.ledger.tree.MerkleLog;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.persistence.ledger.tx.EvidenceVerifier.Verdict;
import dev.candor.persistence.ledger.tx.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class LedgerStatsTest {
    private static final long DAY = 86_400_000L;
    private static final Digest OTHER = Digest.sha256(Bytes.ofHex("c1"));

    private final Ledger ledger = new Ledger(new FakeSignatures(), (_, _, _) -> new Verdict.Accepted());
    private final MemoryFigures figures = new MemoryFigures();
    private final MerkleLog log = new MerkleLog();
    private LedgerState state = GENESIS.state();
    private List<LogEntry> entries = List.of();

    private void next(long after, List<Transaction> transactions, Segment... segments) {
        Built built = ledger.build(state, state.time() + after, transactions, List.of(segments));
        assertThat(built.dropped()).isEmpty();
        BlockFigures.add(
                state,
                built.block(),
                built.segments(),
                built.applied().entries(),
                built.applied().state(),
                figures);
        entries = built.applied().entries().getOrDefault(0, List.of());
        entries.forEach(each -> log.append(each.leafHash()));
        state = built.applied().state();
    }

    private void answered(long after, List<Bytes> receipts) {
        next(after, List.of(), segment(state, 0, receipts));
    }

    private void settle(long nonce, Bytes receipt, Evidence.Kind kind) {
        next(
                100,
                List.of(signed(
                        state, PROVER, nonce, new Action.Settle(receipt, new Evidence(kind, Bytes.ofHex("01"))))));
    }

    private void disprove(long nonce, Bytes receipt, LogEntry entry, int place) {
        Action action = new Action.Disprove(receipt, entry, new Evidence(Evidence.Kind.REEXECUTION, Bytes.ofHex("01")));
        Transaction.Signed bare = (Transaction.Signed) signed(state, GATEWAY, nonce, action);
        LogProof proof = log.inclusion(place, log.size());
        next(
                100,
                List.of(new Transaction.Signed(
                        bare.key(), bare.nonce(), bare.action(), bare.signature(), Optional.of(proof))));
    }

    private void ready() {
        next(100, LedgerFixture.setUp(state));
    }

    private LedgerStats.Day onlyDay() {
        return LedgerStats.of(figures).days().getFirst();
    }

    private static LedgerStats.Proofs of(LedgerStats.Day day, VerificationMode mode) {
        return day.proofs().stream()
                .filter(each -> each.mode().equals(mode.word()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void countsAnswersByModelModeCallerOperatorAndHour() {
        ready();
        answered(
                250,
                batch(List.of(
                        leaf(0, 1, CALLER, VerificationMode.VANILLA),
                        leaf(0, 2, CALLER, VerificationMode.VANILLA),
                        leaf(0, 3, OTHER, VerificationMode.VANILLA))));

        LedgerStats.Day day = onlyDay();

        assertThat(day.day()).isEqualTo("2026-09-21");
        assertThat(day.usage()).containsExactly(new LedgerStats.Usage("mnist", "1.00", "vanilla", 3, 0));
        assertThat(day.callers()).isEqualTo(new LedgerStats.Asking(2, 2, 0));
        assertThat(day.operators())
                .containsExactly(new LedgerStats.Operator(id(PAYEE).toHex(), 3, 1, 200));
        assertThat(day.demand().answers()).isEqualTo(3);
        assertThat(day.demand().busiestHourAnswers()).isEqualTo(3);
        assertThat(day.demand().busiestHour()).isEqualTo((int) (START % DAY / 3_600_000));
        assertThat(day.supply().executors()).isEqualTo(1);
        assertThat(day.supply().nodes()).isEqualTo(new TreeMap<>(Map.of("executor", 1L, "prover", 1L, "gateway", 1L)));
        assertThat(day.blocks()).isEqualTo(2);
        assertThat(day.transactions()).isEqualTo(6);
        assertThat(day.money()).isEqualTo(new LedgerStats.Money(200, 0, 100, 20, 105_000));
        assertThat(day.toFinal().count()).isEqualTo(3);
        assertThat(day.toFinal().p50()).isBetween(347L, 383L);
    }

    @Test
    void saysWhatBecameOfWhatWasToBeProven() {
        ready();
        List<Bytes> receipts = batch(List.of(
                leaf(0, 1, CALLER, VerificationMode.ZKML),
                leaf(0, 2, CALLER, VerificationMode.ZKML),
                leaf(0, 3, CALLER, VerificationMode.TEE),
                leaf(0, 4, CALLER, VerificationMode.ZKML)));
        answered(100, receipts);
        List<LogEntry> logged = entries;
        assertThat(LedgerStats.of(figures).waiting())
                .containsExactly(
                        new LedgerStats.Waiting("tee", 1, START + 3), new LedgerStats.Waiting("zkml", 3, START + 1));

        settle(0, receipts.get(0), Evidence.Kind.PROOF);
        settle(1, receipts.get(2), Evidence.Kind.ATTESTATION);
        disprove(0, receipts.get(3), logged.get(3), 3);
        assertThat(of(onlyDay(), VerificationMode.ZKML))
                .isEqualTo(new LedgerStats.Proofs("zkml", 3, 1, 0, 0, 1, 1, 1.0 / 3));
        next(10_000, List.of());

        LedgerStats stats = LedgerStats.of(figures);
        LedgerStats.Day day = stats.days().getFirst();
        assertThat(of(day, VerificationMode.ZKML)).isEqualTo(new LedgerStats.Proofs("zkml", 3, 1, 0, 1, 1, 0, 1.0 / 3));
        assertThat(of(day, VerificationMode.TEE)).isEqualTo(new LedgerStats.Proofs("tee", 1, 0, 1, 0, 0, 0, 1));
        assertThat(stats.waiting()).isEmpty();
        assertThat(day.supply().proofs()).isEqualTo(2);
        assertThat(day.demand().proofs()).isEqualTo(4);
        assertThat(day.toProof().get("zkml").count()).isEqualTo(1);
        assertThat(day.toProof().get("zkml").p99()).isBetween(300L, 340L);
    }

    @Test
    void anExpiredOrAttestedAnswerThatIsDisprovedCountsOnce() {
        ready();
        next(100, List.of(signed(state, PAYEE, 0, new Action.Stake(id(EXECUTOR), new Amount(1_000)))));
        List<Bytes> receipts = batch(List.of(
                leaf(0, 1, CALLER, VerificationMode.ZKML),
                leaf(0, 2, CALLER, VerificationMode.TEE),
                leaf(0, 3, CALLER, VerificationMode.VANILLA)));
        answered(100, receipts);
        List<LogEntry> logged = entries;
        settle(0, receipts.get(1), Evidence.Kind.ATTESTATION);
        next(10_000, List.of());
        for (int i = 0; i < 3; i++) {
            disprove(i, receipts.get(i), logged.get(i), i);
        }

        LedgerStats.Day day = onlyDay();
        assertThat(of(day, VerificationMode.ZKML)).isEqualTo(new LedgerStats.Proofs("zkml", 1, 0, 0, 0, 1, 0, 0));
        assertThat(of(day, VerificationMode.TEE)).isEqualTo(new LedgerStats.Proofs("tee", 1, 0, 0, 0, 1, 0, 0));
        assertThat(of(day, VerificationMode.VANILLA)).isEqualTo(new LedgerStats.Proofs("vanilla", 0, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void followsCallersByTheDayOfTheirFirstAnswer() {
        ready();
        answered(
                100,
                batch(List.of(
                        leaf(0, 1, CALLER, VerificationMode.VANILLA), leaf(0, 2, OTHER, VerificationMode.VANILLA))));
        Digest third = Digest.sha256(Bytes.ofHex("c2"));
        answered(
                DAY,
                batch(List.of(
                        leaf(0, DAY + 1, CALLER, VerificationMode.VANILLA),
                        leaf(0, DAY + 2, third, VerificationMode.VANILLA))));
        answered(2 * DAY, batch(List.of(leaf(0, 3 * DAY + 1, CALLER, VerificationMode.VANILLA))));

        LedgerStats stats = LedgerStats.of(figures);

        assertThat(stats.callers())
                .isEqualTo(new LedgerStats.Callers(
                        3,
                        1,
                        1,
                        List.of(
                                new LedgerStats.Cohort("2026-09-21", 2, new TreeMap<>(Map.of(0L, 2L, 1L, 1L, 3L, 1L))),
                                new LedgerStats.Cohort("2026-09-22", 1, new TreeMap<>(Map.of(0L, 1L))))));
        assertThat(stats.days().get(1).callers()).isEqualTo(new LedgerStats.Asking(2, 1, 1));
        assertThat(stats.days().get(1).supply().nodes()).containsEntry("executor", 1L);
        assertThat(stats.blocks()).isEqualTo(4);
    }

    @Property
    void aClassIsAtMostAnEighthAboveItsDurations(@ForAll @LongRange(max = 1L << 50) long millis) {
        long bound = Durations.classOf(millis);
        assertThat(bound).isGreaterThanOrEqualTo(millis);
        assertThat(bound - millis).isLessThanOrEqualTo(millis / 8);
        assertThat(Durations.classOf(bound)).isEqualTo(bound);
    }
}
