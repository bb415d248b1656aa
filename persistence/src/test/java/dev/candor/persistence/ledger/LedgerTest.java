package dev.candor.persistence.ledger;

import static dev.candor.persistence.ledger.LedgerFixture.CALLER;
import static dev.candor.persistence.ledger.LedgerFixture.EXECUTOR;
import static dev.candor.persistence.ledger.LedgerFixture.GATEWAY;
import static dev.candor.persistence.ledger.LedgerFixture.GENESIS;
import static dev.candor.persistence.ledger.LedgerFixture.MODEL;
import static dev.candor.persistence.ledger.LedgerFixture.OPERATOR;
import static dev.candor.persistence.ledger.LedgerFixture.PAYEE;
import static dev.candor.persistence.ledger.LedgerFixture.PROVER;
import static dev.candor.persistence.ledger.LedgerFixture.batch;
import static dev.candor.persistence.ledger.LedgerFixture.id;
import static dev.candor.persistence.ledger.LedgerFixture.leaf;
import static dev.candor.persistence.ledger.LedgerFixture.nonce;
import static dev.candor.persistence.ledger.LedgerFixture.operator;
import static dev.candor.persistence.ledger.LedgerFixture.prices;
import static dev.candor.persistence.ledger.LedgerFixture.segment;
import static dev.candor.persistence.ledger.LedgerFixture.signed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.persistence.ledger.Ledger.Built;
import dev.candor.persistence.ledger.Ledger.Dropped;
import dev.candor.persistence.ledger.Ledger.Outcome;
import dev.candor.persistence.ledger.Refusal.Code;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.BlockHeader;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.LogEntry;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.Settlement;
import dev.candor.persistence.ledger.state.StateCodec;
import dev.candor.persistence.ledger.state.StateProof;
import dev.candor.persistence.ledger.tree.MerkleLog;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.EvidenceVerifier.Verdict;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.SignedVote;
import dev.candor.persistence.ledger.vote.Vote;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LedgerTest {
    /** Accepts evidence whose first byte is 1; the second, if any, is the opening that it uses up. */
    private static final EvidenceVerifier BY_FIRST_BYTE = (_, evidence, _) -> {
        if (evidence.bytes().at(0) != 1) {
            return new Verdict.Refused("it does not begin with a one");
        }
        return evidence.bytes().length() == 1
                ? new Verdict.Accepted()
                : new Verdict.AcceptedOpening(root(evidence), evidence.bytes().at(1));
    };

    /** Of the commitment that a third byte of evidence names. */
    private static Digest root(Evidence evidence) {
        return evidence.bytes().length() == 2
                ? ROOT
                : Digest.sha256(Bytes.wrap(new byte[] {evidence.bytes().at(2)}));
    }

    private static final Digest ROOT = Digest.sha256(Bytes.ofHex("77"));

    private final Ledger ledger = new Ledger(new FakeSignatures(), BY_FIRST_BYTE);
    private final MerkleLog log = new MerkleLog();
    private LedgerState state = GENESIS.state();

    /** Builds a block of all that is given, applies it, and holds the two against each other. */
    private Built next(long after, List<Transaction> transactions, Segment... segments) {
        Built built = ledger.build(state, state.time() + after, transactions, List.of(segments));
        assertThat(built.dropped()).isEmpty();
        LedgerState before = state;
        Outcome outcome = ledger.apply(before, Block.decode(built.block().encode()), built.segments());
        assertThat(outcome).isInstanceOf(Outcome.Applied.class);
        state = ((Outcome.Applied) outcome).state();
        assertThat(state.root())
                .isEqualTo(built.applied().state().root())
                .isEqualTo(built.block().header().stateRoot());
        assertThat(LedgerFixture.total(state)).isEqualTo(state.supply().units());
        LedgerState copy = StateCodec.decode(StateCodec.encode(state));
        assertThat(copy.root()).isEqualTo(state.root());
        assertThat(copy.due().root()).isEqualTo(state.due().root());
        built.applied().entries().getOrDefault(0, List.of()).forEach(each -> log.append(each.leafHash()));
        return built;
    }

    private Refusal refusal(long after, Transaction transaction) {
        Built built = ledger.build(state, state.time() + after, List.of(transaction), List.of());
        assertThat(built.dropped()).hasSize(1);
        assertThat(built.applied().state().accounts().root()).isNotNull();
        return built.dropped().getFirst().refusal();
    }

    private Refusal refusal(Action action) {
        return refusal(100, operator(state, action).getFirst());
    }

    private Refusal refusal(Segment segment) {
        Built built = ledger.build(state, state.time() + 100, List.of(), List.of(segment));
        assertThat(built.dropped()).singleElement().isInstanceOf(Dropped.OfPartition.class);
        assertThat(built.block().body().advances()).isEmpty();
        return built.dropped().getFirst().refusal();
    }

    private Account account(Digest name) {
        return state.accounts().get(name).orElse(Account.EMPTY);
    }

    private Bytes one(long number, VerificationMode mode) {
        return batch(List.of(leaf(0, number, CALLER, mode))).getFirst();
    }

    private void ready() {
        next(100, LedgerFixture.setUp(state));
    }

    @Test
    void chargesAnAnswerOnceAndPaysTheExecutorLessTheFee() {
        ready();
        Bytes receipt = one(1, VerificationMode.VANILLA);
        Built built = next(100, List.of(), segment(state, 0, List.of(receipt)));
        assertThat(account(CALLER).balance()).isEqualTo(new Amount(99_900));
        assertThat(account(id(PAYEE)).balance()).isEqualTo(new Amount(5_090));
        assertThat(state.treasury()).isEqualTo(new Amount(10));
        assertThat(built.applied().entries().get(0))
                .containsExactly(new LogEntry(
                        Digest.sha256(receipt), 2, state.time(), new Amount(100), Amount.ZERO, Amount.ZERO, true));
        assertThat(state.partitions().getFirst().log().root()).isEqualTo(log.root(1));
        assertThat(state.settlements().size()).isZero();
    }

    @Test
    void recordsAsDebtWhatACallerCannotPay() {
        ready();
        Digest poor = Digest.sha256(Bytes.ofHex("01"));
        next(100, operator(state, new Action.Deposit(poor, new Amount(150))));
        List<Bytes> receipts =
                batch(List.of(leaf(0, 1, poor, VerificationMode.VANILLA), leaf(0, 2, poor, VerificationMode.VANILLA)));
        next(100, List.of(), segment(state, 0, receipts));
        assertThat(account(poor).balance()).isEqualTo(Amount.ZERO);
        assertThat(account(poor).debt()).isEqualTo(new Amount(50));
        Amount treasury = state.treasury();
        next(100, operator(state, new Action.Deposit(poor, new Amount(70))));
        assertThat(account(poor).debt()).isEqualTo(Amount.ZERO);
        assertThat(account(poor).balance()).isEqualTo(new Amount(20));
        assertThat(state.treasury()).isEqualTo(treasury.plus(new Amount(50)));
    }

    @Test
    void refundsThePremiumWhereNoProofCame() {
        ready();
        Bytes receipt = one(1, VerificationMode.ZKML);
        next(100, List.of(), segment(state, 0, List.of(receipt)));
        assertThat(account(CALLER).balance()).isEqualTo(new Amount(99_600));
        next(9_999, List.of());
        assertThat(settlement(receipt)).isEqualTo(Settlement.Status.PENDING);
        next(1, List.of());
        assertThat(settlement(receipt)).isEqualTo(Settlement.Status.EXPIRED);
        assertThat(account(CALLER).balance()).isEqualTo(new Amount(99_900));
        assertThat(account(CALLER).debt()).isEqualTo(Amount.ZERO);
    }

    private Settlement.Status settlement(Bytes receipt) {
        return state.settlements().get(Digest.sha256(receipt)).orElseThrow().status();
    }

    @Test
    void paysTheProverForAProofAndUsesNoOpeningTwice() {
        ready();
        next(
                100,
                operator(
                        state,
                        new Action.CommitWeights(
                                MODEL,
                                0,
                                Digest.sha256(Bytes.ofHex("77")),
                                8,
                                evidence(Evidence.Kind.COMMITMENT, "01"))));
        Bytes first = one(1, VerificationMode.ZKML);
        Bytes second = one(2, VerificationMode.ZKML);
        next(100, List.of(), segment(state, 0, List.of(first, second)));
        next(100, List.of(signed(state, PROVER, 0, new Action.Settle(first, evidence(Evidence.Kind.PROOF, "0103")))));
        assertThat(settlement(first)).isEqualTo(Settlement.Status.PROVEN);
        assertThat(account(id(PAYEE)).balance()).isEqualTo(new Amount(5_000 + 180 + 270));
        assertThat(refusal(
                                100,
                                signed(
                                        state,
                                        PROVER,
                                        1,
                                        new Action.Settle(second, evidence(Evidence.Kind.PROOF, "0103"))))
                        .why())
                .contains("opening 3 of epoch 0 was used");
        assertThat(refusal(
                                100,
                                signed(
                                        state,
                                        PROVER,
                                        1,
                                        new Action.Settle(first, evidence(Evidence.Kind.PROOF, "0104"))))
                        .why())
                .contains("does not wait");
        assertThat(refusal(
                                100,
                                signed(
                                        state,
                                        PROVER,
                                        1,
                                        new Action.Settle(second, evidence(Evidence.Kind.ATTESTATION, "01"))))
                        .code())
                .isEqualTo(Code.EVIDENCE);
        assertThat(refusal(
                                100,
                                signed(
                                        state,
                                        OPERATOR,
                                        nonce(state, OPERATOR),
                                        new Action.Settle(second, evidence(Evidence.Kind.PROOF, "01"))))
                        .code())
                .isEqualTo(Code.REQUEST);
    }

    @Test
    void refundsAndPunishesADisprovedAnswer() {
        ready();
        next(100, List.of(signed(state, PAYEE, 0, new Action.Stake(id(EXECUTOR), new Amount(1_000)))));
        Bytes right = one(1, VerificationMode.VANILLA);
        Bytes wrong = one(2, VerificationMode.VANILLA);
        Built built = next(100, List.of(), segment(state, 0, List.of(right, wrong)));
        LogEntry entry = built.applied().entries().get(0).get(1);
        Action disprove = new Action.Disprove(wrong, entry, evidence(Evidence.Kind.REEXECUTION, "01"));
        Transaction.Signed bare = (Transaction.Signed) signed(state, GATEWAY, 0, disprove);
        assertThat(refusal(100, bare).why()).contains("a place in a log");
        assertThat(refusal(100, placed(bare, 0)).why()).contains("does not hold this one at 0");
        next(100, List.of(placed(bare, 1)));
        assertThat(account(CALLER).balance()).isEqualTo(new Amount(99_900));
        NodeEntry executor = state.nodes().get(id(EXECUTOR)).orElseThrow();
        assertThat(executor.stake()).isEqualTo(new Amount(400));
        assertThat(account(id(GATEWAY)).balance()).isEqualTo(new Amount(125));
        assertThat(settlement(wrong)).isEqualTo(Settlement.Status.DISPROVED);
        Transaction.Signed again = (Transaction.Signed) signed(state, GATEWAY, 1, disprove);
        assertThat(refusal(100, placed(again, 1)).why()).contains("DISPROVED already");
        assertThat(refusal(60_001, placed(again, 1)).why()).contains("could be disproved until");
    }

    private Transaction placed(Transaction.Signed bare, int index) {
        return new Transaction.Signed(
                bare.key(),
                bare.nonce(),
                bare.action(),
                bare.signature(),
                Optional.of(log.inclusion(index, log.size())));
    }

    @Test
    void refusesByNameEvidenceThatNothingCanCheck() {
        Ledger bare = new Ledger(new FakeSignatures(), EvidenceVerifier.refusingAll());
        ready();
        Built built = bare.build(
                state,
                state.time() + 100,
                operator(
                        state,
                        new Action.CommitWeights(MODEL, 0, Digest.ZERO, 8, evidence(Evidence.Kind.COMMITMENT, "01"))),
                List.of());
        assertThat(built.dropped().getFirst().refusal())
                .isEqualTo(new Refusal(
                        Code.EVIDENCE,
                        "block 2, a new transaction",
                        "this network has no verifier for evidence of the kind COMMITMENT, so the commitment of epoch 0 to model "
                                + MODEL + " stays as it is"));
    }

    private static Action commits(int epoch, String root, String evidence) {
        return new Action.CommitWeights(
                MODEL, epoch, Digest.sha256(Bytes.ofHex(root)), 8, evidence(Evidence.Kind.COMMITMENT, evidence));
    }

    private List<Digest> counting() {
        return state.models().get(MODEL).orElseThrow().commitments().stream()
                .map(ModelEntry.Commitment::root)
                .toList();
    }

    @Test
    void eachProverHasALineOfCommitmentsAndNoRootIsCertifiedTwice() {
        ready();
        next(100, operator(state, commits(0, "77", "01"), commits(0, "88", "01")));
        assertThat(refusal(commits(0, "77", "01")).why()).contains("certified before");
        assertThat(refusal(commits(2, "99", "010077")).why()).contains("none of the epoch before it");
        assertThat(refusal(commits(1, "99", "01")).why()).contains("uses up an opening");
        next(100, operator(state, commits(1, "78", "010077")));
        assertThat(refusal(commits(1, "79", "010177")).why()).contains("its line is at another");
        assertThat(refusal(commits(2, "99", "010088")).why()).contains("its line is at another");
        next(100, operator(state, commits(1, "89", "010088"), commits(2, "7a", "010078")));
        // The first line has gone on twice: its first root counts no more, and is remembered.
        assertThat(counting())
                .containsExactly(
                        Digest.sha256(Bytes.ofHex("88")),
                        Digest.sha256(Bytes.ofHex("78")),
                        Digest.sha256(Bytes.ofHex("89")),
                        Digest.sha256(Bytes.ofHex("7a")));
        assertThat(refusal(commits(0, "77", "01")).why()).contains("certified before");
        ModelEntry entry = state.models().get(MODEL).orElseThrow();
        assertThat(ModelEntry.read(new CanonicalReader(entry.encode()))).isEqualTo(entry);
    }

    @Test
    void theOpeningsOfEachLineAreCountedByThemselves() {
        ready();
        next(100, operator(state, commits(0, "77", "01"), commits(0, "88", "01")));
        Bytes first = one(1, VerificationMode.ZKML);
        Bytes second = one(2, VerificationMode.ZKML);
        Bytes third = one(3, VerificationMode.ZKML);
        next(100, List.of(), segment(state, 0, List.of(first, second, third)));
        next(
                100,
                List.of(
                        signed(state, PROVER, 0, new Action.Settle(first, evidence(Evidence.Kind.PROOF, "010377"))),
                        signed(state, PROVER, 1, new Action.Settle(second, evidence(Evidence.Kind.PROOF, "010388")))));
        assertThat(settlement(first)).isEqualTo(Settlement.Status.PROVEN);
        assertThat(settlement(second)).isEqualTo(Settlement.Status.PROVEN);
        assertThat(refusal(
                                100,
                                signed(
                                        state,
                                        PROVER,
                                        2,
                                        new Action.Settle(third, evidence(Evidence.Kind.PROOF, "010388"))))
                        .why())
                .contains("opening 3 of epoch 0 was used");
    }

    @Test
    void theLineCertifiedLongestAgoGivesWayAndDoesNotBeginAgain() {
        ready();
        for (int line = 0; line <= ModelEntry.MOST_LINES; line++) {
            next(100, operator(state, commits(0, "%02x".formatted(0x77 + line), "01")));
        }
        assertThat(counting()).hasSize(ModelEntry.MOST_LINES).doesNotContain(ROOT);
        assertThat(refusal(commits(0, "77", "01")).why()).contains("certified before");
        ModelEntry entry = state.models().get(MODEL).orElseThrow();
        assertThat(ModelEntry.read(new CanonicalReader(entry.encode()))).isEqualTo(entry);
    }

    private static Evidence evidence(Evidence.Kind kind, String hex) {
        return new Evidence(kind, Bytes.ofHex(hex));
    }

    @Test
    void leasesWhatIsFreeAndReleasesItAfterTheGrace() {
        ready();
        Action lease = lease(CALLER, 70_000, 1_000);
        next(100, List.of(signed(state, GATEWAY, 0, lease)));
        assertThat(account(CALLER).free()).isEqualTo(new Amount(30_000));
        assertThat(refusal(new Action.Withdraw(CALLER, new Amount(30_001))).code())
                .isEqualTo(Code.FUNDS);
        assertThat(refusal(100, signed(state, PROVER, 0, lease(CALLER, 1, 500))).code())
                .isEqualTo(Code.AUTHORITY);
        assertThat(refusal(100, signed(state, GATEWAY, 1, lease(CALLER, 1, 4_101)))
                        .why())
                .contains("ends within 4000 ms");
        next(1_899, List.of());
        assertThat(account(CALLER).leased()).isEqualTo(new Amount(70_000));
        next(1, List.of());
        assertThat(account(CALLER).leased()).isEqualTo(Amount.ZERO);
        assertThat(state.leases().size()).isZero();
    }

    @Test
    void grantsEachWishAsFarAsItsAccountGoesAndTakesBackWhatIsUnused() {
        ready();
        Digest poor = Digest.sha256(Bytes.ofHex("01"));
        Action wishes = new Action.LeaseAllowances(
                List.of(
                        new Action.Wish(poor, new Amount(1), new Amount(10)),
                        new Action.Wish(CALLER, new Amount(1), new Amount(60_000)),
                        new Action.Wish(CALLER, new Amount(10), new Amount(60_000)),
                        new Action.Wish(CALLER, new Amount(1), new Amount(1))),
                state.time() + 1_000,
                List.of());
        next(100, List.of(signed(state, GATEWAY, 0, wishes)));
        assertThat(state.leases().get(leaseId(0, 0))).isEmpty();
        assertThat(state.leases().get(leaseId(0, 1)).orElseThrow().amount()).isEqualTo(new Amount(60_000));
        assertThat(state.leases().get(leaseId(0, 2)).orElseThrow().amount()).isEqualTo(new Amount(40_000));
        assertThat(state.leases().get(leaseId(0, 3))).isEmpty();
        assertThat(account(CALLER).free()).isEqualTo(Amount.ZERO);
        Action back = new Action.LeaseAllowances(
                List.of(),
                0,
                List.of(
                        new Action.Unused(leaseId(0, 1), new Amount(59_000)),
                        new Action.Unused(leaseId(0, 2), new Amount(40_000)),
                        new Action.Unused(leaseId(7, 7), new Amount(5))));
        assertThat(refusal(100, signed(state, EXECUTOR, 0, back)).code()).isEqualTo(Code.AUTHORITY);
        next(100, List.of(signed(state, GATEWAY, 1, back)));
        assertThat(account(CALLER).leased()).isEqualTo(new Amount(1_000));
        assertThat(state.leases().size()).isEqualTo(1);
        Action tooMuch =
                new Action.LeaseAllowances(List.of(), 0, List.of(new Action.Unused(leaseId(0, 1), new Amount(1_001))));
        assertThat(refusal(100, signed(state, GATEWAY, 2, tooMuch)).why()).contains("cannot be given back");
        next(2_000, List.of());
        assertThat(account(CALLER).leased()).isEqualTo(Amount.ZERO);
    }

    private Action lease(Digest account, long amount, long lasting) {
        return new Action.LeaseAllowances(
                List.of(new Action.Wish(account, new Amount(amount), new Amount(amount))),
                state.time() + lasting,
                List.of());
    }

    private static Digest leaseId(long nonce, int place) {
        return dev.candor.persistence.ledger.state.Lease.id(FakeSignatures.key(GATEWAY), nonce, place);
    }

    @Test
    void keepsWithdrawnStakeLiableUntilItIsUnbonded() {
        ready();
        next(100, List.of(signed(state, PAYEE, 0, new Action.Stake(id(EXECUTOR), new Amount(900)))));
        next(100, List.of(signed(state, PAYEE, 1, new Action.Unstake(id(EXECUTOR), new Amount(500)))));
        next(30_000, List.of(signed(state, PAYEE, 2, new Action.Unstake(id(EXECUTOR), new Amount(100)))));
        next(30_000, List.of());
        assertThat(state.nodes().get(id(EXECUTOR)).orElseThrow().liable()).isEqualTo(new Amount(900));
        next(30_000, List.of());
        assertThat(state.nodes().get(id(EXECUTOR)).orElseThrow().liable()).isEqualTo(new Amount(300));
        assertThat(account(id(PAYEE)).balance()).isEqualTo(new Amount(4_700));
        assertThat(refusal(100, signed(state, GATEWAY, 0, new Action.Unstake(id(EXECUTOR), new Amount(1))))
                        .code())
                .isEqualTo(Code.AUTHORITY);
    }

    @Test
    void punishesEquivocationOnce() {
        ready();
        next(100, operator(state, new Action.Deposit(id(11), new Amount(1_000))));
        next(100, List.of(signed(state, 11, 0, new Action.Stake(id(11), new Amount(1_000)))));
        SignedVote one = vote(11, Digest.sha256(Bytes.ofHex("01")));
        SignedVote two = vote(11, Digest.sha256(Bytes.ofHex("02")));
        assertThat(refusal(100, new Transaction.Equivocation(one, one)).code()).isEqualTo(Code.EVIDENCE);
        assertThat(refusal(100, new Transaction.Equivocation(one, vote(12, Digest.sha256(Bytes.ofHex("02")))))
                        .code())
                .isEqualTo(Code.EVIDENCE);
        SignedVote forged = new SignedVote(
                two.vote(), two.key(), vote(12, two.vote().block()).signature());
        assertThat(refusal(100, new Transaction.Equivocation(one, forged)).why())
                .contains("signature is not that");
        next(100, List.of(new Transaction.Equivocation(one, two)));
        NodeEntry punished = state.nodes().get(id(11)).orElseThrow();
        assertThat(punished.equivocated()).isTrue();
        assertThat(punished.stake()).isEqualTo(new Amount(300));
        assertThat(refusal(100, new Transaction.Equivocation(two, one)).why()).contains("punished already");
    }

    private SignedVote vote(int key, Digest block) {
        Vote vote = Vote.on(Vote.Kind.COMMIT, 5, 0, block);
        return new SignedVote(
                vote,
                FakeSignatures.key(key),
                FakeSignatures.sign(FakeSignatures.key(key), vote.signedBytes(state.chain())));
    }

    @Test
    void changesValidatorsFromTheNextBlockOn() {
        ready();
        assertThat(refusal(new Action.ChangeValidators(LedgerFixture.validators(10, 11, 12, 14)))
                        .code())
                .isEqualTo(Code.REQUEST);
        next(100, operator(state, LedgerFixture.node(14, NodeEntry.Role.VALIDATOR)));
        Built built = next(100, operator(state, new Action.ChangeValidators(LedgerFixture.validators(10, 11, 12, 14))));
        assertThat(built.block().header().validators())
                .isEqualTo(GENESIS.validators().digest());
        assertThat(next(100, List.of()).block().header().validators())
                .isEqualTo(LedgerFixture.validators(10, 11, 12, 14).digest());
    }

    @Test
    void announcesPricesBeforeTheyHold() {
        ready();
        long from = state.time() + 100 + 6_000;
        assertThat(refusal(new Action.SetPrices(MODEL, prices(1, 1, 1), from - 1))
                        .why())
                .contains("the earliest is");
        next(100, operator(state, new Action.SetPrices(MODEL, prices(200, 1, 1), from)));
        ModelEntry model = state.models().get(MODEL).orElseThrow();
        assertThat(model.pricesAt(from - 1)).isEqualTo(prices(100, 20, 300));
        assertThat(model.pricesAt(from)).isEqualTo(prices(200, 1, 1));
    }

    @Test
    void refusesReplayedForeignAndUnauthorisedTransactions() {
        List<Transaction> setUp = LedgerFixture.setUp(state);
        next(100, setUp);
        assertThat(refusal(100, setUp.getFirst()).why()).startsWith("its nonce is 0, the next of account ");
        LedgerState elsewhere = new LedgerGenesis(
                        LedgerFixture.NETWORK,
                        LedgerFixture.PARAMETERS,
                        GENESIS.operators(),
                        LedgerFixture.validators(10))
                .state();
        Action deposit = new Action.Deposit(CALLER, new Amount(1));
        assertThat(refusal(100, signed(elsewhere, OPERATOR, nonce(state, OPERATOR), deposit))
                        .why())
                .contains("the signature is not that of account");
        assertThat(refusal(100, signed(state, GATEWAY, 0, deposit)).why()).contains("only an operator");
        assertThat(refusal(new Action.Deposit(CALLER, Amount.MAX)).code()).isEqualTo(Code.FUNDS);
        assertThat(refusal(new Action.SetPrices(Digest.ZERO, prices(1, 1, 1), 0))
                        .why())
                .contains("is not registered");
    }

    @Test
    void refusesReceiptsThatAreNotTheNetworksOwn() {
        ready();
        Bytes good = one(1, VerificationMode.VANILLA);
        assertThat(refusal(segment(state, 1, List.of(good))).why()).contains("belongs into another partition");
        byte[] bytes = good.toArray();
        bytes[bytes.length - 1] ^= 1;
        assertThat(refusal(segment(state, 0, List.of(Bytes.wrap(bytes)))).why()).contains("is not its executor's");
        assertThat(refusal(segment(state, 0, List.of(good.slice(0, 100)))).why())
                .contains("malformed");
        LedgerState before = state;
        state = GENESIS.state();
        assertThat(refusal(segment(state, 0, List.of(good))).why()).contains("which is no executor");
        state = before;
        next(100, List.of(), segment(state, 0, List.of(good)));
        Segment again =
                new Segment(0, 1, segment(GENESIS.state(), 0, List.of(good)).events());
        assertThat(refusal(again).why()).contains("it goes from event 2 to 2");
    }

    @Test
    void paysNoRevokedExecutorAndStillTakesItsReceipts() {
        ready();
        next(100, operator(state, new Action.RevokeNode(id(EXECUTOR))));
        Built built = next(100, List.of(), segment(state, 0, List.of(one(1, VerificationMode.ZKML))));
        assertThat(built.applied().entries().get(0).getFirst().earned()).isFalse();
        assertThat(account(CALLER).balance()).isEqualTo(new Amount(100_000));
    }

    @Test
    void refusesBlocksThatDoNotFollow() {
        ready();
        Built built = ledger.build(
                state,
                state.time() + 100,
                List.of(),
                List.of(segment(state, 0, List.of(one(1, VerificationMode.VANILLA)))));
        BlockHeader good = built.block().header();
        assertThat(code(
                        built,
                        new BlockHeader(
                                Digest.ZERO,
                                good.height(),
                                good.parent(),
                                good.time(),
                                good.validators(),
                                good.body(),
                                good.stateRoot())))
                .isEqualTo(Code.CHAIN);
        assertThat(code(
                        built,
                        new BlockHeader(
                                good.chain(),
                                3,
                                good.parent(),
                                good.time(),
                                good.validators(),
                                good.body(),
                                good.stateRoot())))
                .isEqualTo(Code.HEIGHT);
        assertThat(code(
                        built,
                        new BlockHeader(
                                good.chain(),
                                2,
                                Digest.ZERO,
                                good.time(),
                                good.validators(),
                                good.body(),
                                good.stateRoot())))
                .isEqualTo(Code.PARENT);
        assertThat(code(
                        built,
                        new BlockHeader(
                                good.chain(),
                                2,
                                good.parent(),
                                state.time(),
                                good.validators(),
                                good.body(),
                                good.stateRoot())))
                .isEqualTo(Code.TIME);
        assertThat(code(
                        built,
                        new BlockHeader(
                                good.chain(),
                                2,
                                good.parent(),
                                good.time(),
                                Digest.ZERO,
                                good.body(),
                                good.stateRoot())))
                .isEqualTo(Code.VALIDATORS);
        assertThat(code(
                        built,
                        new BlockHeader(
                                good.chain(),
                                2,
                                good.parent(),
                                good.time(),
                                good.validators(),
                                Digest.ZERO,
                                good.stateRoot())))
                .isEqualTo(Code.BODY);
        assertThat(code(
                        built,
                        new BlockHeader(
                                good.chain(),
                                2,
                                good.parent(),
                                good.time(),
                                good.validators(),
                                good.body(),
                                Digest.ZERO)))
                .isEqualTo(Code.STATE_ROOT);
        assertThat(ledger.apply(state, built.block(), List.of())).isInstanceOf(Outcome.Refused.class);
    }

    private Code code(Built built, BlockHeader header) {
        Outcome outcome = ledger.apply(state, new Block(header, built.block().body()), built.segments());
        return ((Outcome.Refused) outcome).refusal().code();
    }

    @Test
    void provesWhatAnAccountHolds() {
        ready();
        Bytes value = account(CALLER).encode();
        StateProof proof = StateProof.of(state, StateProof.Section.ACCOUNTS, CALLER);
        assertThat(proof.includes(state.root(), StateProof.Section.ACCOUNTS, CALLER, value))
                .isTrue();
        assertThat(proof.includes(state.root(), StateProof.Section.MODELS, CALLER, value))
                .isFalse();
        assertThat(proof.excludes(state.root(), StateProof.Section.ACCOUNTS, CALLER))
                .isFalse();
        Digest nobody = Digest.sha256(Bytes.ofHex("dead"));
        assertThat(StateProof.of(state, StateProof.Section.NODES, nobody)
                        .excludes(state.root(), StateProof.Section.NODES, nobody))
                .isTrue();
    }
}
