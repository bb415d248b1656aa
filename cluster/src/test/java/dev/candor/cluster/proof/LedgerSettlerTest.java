package dev.candor.cluster.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.receipt.Ed25519BatchSigner;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.cluster.evidence.LedgerEvidence;
import dev.candor.persistence.blob.FolderBlobStore;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.Amount;
import dev.candor.persistence.ledger.state.Due;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.Parameters;
import dev.candor.persistence.ledger.state.PriceList;
import dev.candor.persistence.ledger.state.Settlement;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.EvidenceVerifier;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.Ed25519Signatures;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.proof.JobPhase;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofJob;
import dev.candor.persistence.proof.ProofRef;
import dev.candor.persistence.proof.Settler.Settled;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.TorchScriptEmitter;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of verified proofs in a ledger: its rules are the real ones, its blocks come at once. */
final class LedgerSettlerTest {
    private static final IntegerNetwork NETWORK = TinyNetwork.of(4);
    private static final SigningKey EXECUTOR = SigningKey.generate(new SecureRandom());
    private static final SigningKey OPERATOR = SigningKey.generate(new SecureRandom());
    private static final SigningKey PROVER = SigningKey.generate(new SecureRandom());
    private static final Digest CALLER = Digest.sha256(Bytes.ofHex("ca"));
    private static final Digest OWNER = Account.of(OPERATOR.publicKey().raw());
    private static final Amount PREMIUM = new Amount(50);
    private static final Random RANDOM = new Random(11);

    @TempDir
    static Path folder;

    private static FolderBlobStore blobs;
    private static BlobFiles files;
    private static ProverBench bench;
    private static ModelRef model;
    private static Answered answered;

    /** An answer with its proof. */
    private record Answered(JobState job, Bytes receipt) {}

    @BeforeAll
    static void open() throws IOException {
        blobs = new FolderBlobStore(folder.resolve("blobs"), InstantSource.system());
        files = new BlobFiles(blobs);
        bench = bench("prover");
        Digest content = files.put(TorchScriptEmitter.emit(NETWORK).file());
        model = new ModelRef("tiny", new ModelVersion(1, 0), content);
        answered = answer(bench);
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static ProverBench bench(String name) {
        ProverSettings settings =
                new ProverSettings(1, 8, 4, 10, 1, Duration.ofSeconds(1), Duration.ofMinutes(1), true);
        return new ProverBench(name, folder.resolve(name), settings, new ExactModels(blobs), blobs);
    }

    private static Answered answer(ProverBench prover) throws IOException {
        long[] input = RANDOM.longs(TinyNetwork.INPUTS, -127, 128).toArray();
        long[] output = ReferenceExecution.run(NETWORK, 1, input).output();
        Tensor x = WholeTensors.tensor(new TensorSpec("x", DataType.FP32, Shape.of(-1, TinyNetwork.INPUTS)), 1, input);
        Tensor y =
                WholeTensors.tensor(new TensorSpec("y", DataType.FP32, Shape.of(-1, TinyNetwork.OUTPUTS)), 1, output);
        Bytes salt = Bytes.wrap(new byte[Digests.SALT_SIZE]);
        KeptExchange kept = new KeptExchange(salt, "tiny", "", VerificationMode.ZKML, List.of("y"), x, y);
        InferenceRequest request = new InferenceRequest(
                "tiny", "", List.of(x), List.of("y"), 0, Optional.empty(), VerificationMode.ZKML, Optional.empty());
        ReceiptLeaf leaf = new ReceiptLeaf(
                network().digest(),
                EXECUTOR.publicKey().id(),
                new RequestId(0, new UUID(7, RANDOM.nextLong())),
                CALLER,
                model,
                Digests.salted(salt, Digests.request(request)),
                Digests.salted(salt, Digests.answer(List.of(y))),
                VerificationMode.ZKML,
                VerificationMode.VANILLA,
                ReceiptLeaf.Arithmetic.EXACT,
                "cpu:0",
                1_790_000_000_000L);
        Bytes receipt = new Ed25519BatchSigner(network().digest(), EXECUTOR)
                .sign(List.of(leaf))
                .getFirst();
        ProofJob job = new ProofJob(
                leaf.id(), Digest.sha256(receipt), CALLER, model, false, false, 1, files.put(kept.encode()), 0, 1_000);
        ProverBench.Outcome outcome = prover.prove(List.of(job));
        assertThat(outcome).isInstanceOf(ProverBench.Outcome.Made.class);
        ProofRef proof = ((ProverBench.Outcome.Made) outcome).proof();
        return new Answered(new JobState(job, JobPhase.VERIFIED, 1, 1, 0, Optional.of(proof), "", 0), receipt);
    }

    private static Genesis network() {
        return new Genesis("test", 1, 1_790_000_000_000L, Digest.ZERO);
    }

    /** What could be wrong with how a settler sees the ledger. */
    private enum Mutant {
        NONE,
        /** It does not look at what the ledger settled. */
        SEES_EVERYTHING_PENDING
    }

    /** A ledger that makes a block of each transaction. */
    private static final class Books implements ProofLedger {
        private final EvidenceVerifier evidence = new LedgerEvidence();
        private final Ledger rules = new Ledger(new Ed25519Signatures(), evidence);
        private final List<Action> taken = new ArrayList<>();
        private final Mutant mutant;
        private LedgerState state;
        private long clock = 1_790_000_001_000L;

        Books(Mutant mutant) {
            this.mutant = mutant;
            PriceList prices = new PriceList(new Amount(10), Amount.ZERO, PREMIUM);
            LedgerState empty = new LedgerGenesis(
                            network(),
                            new Parameters(
                                    prices,
                                    0,
                                    86_400_000,
                                    3_600_000,
                                    86_400_000,
                                    Amount.ZERO,
                                    Amount.ZERO,
                                    0,
                                    86_400_000,
                                    60_000,
                                    30_000,
                                    120_000),
                            List.of(OPERATOR.publicKey().raw()),
                            ValidatorSet.of(List.of(SigningKey.generate(new SecureRandom())
                                    .publicKey()
                                    .raw())))
                    .state();
            state = empty;
            operate(new Action.RegisterNode(
                    EXECUTOR.publicKey().raw(),
                    Set.of(NodeEntry.Role.EXECUTOR),
                    OWNER,
                    0,
                    Long.MAX_VALUE,
                    Digest.ZERO));
            operate(new Action.RegisterNode(
                    PROVER.publicKey().raw(), Set.of(NodeEntry.Role.PROVER), OWNER, 0, Long.MAX_VALUE, Digest.ZERO));
            taken.clear();
        }

        Books withModel() {
            operate(new Action.RegisterModel(
                    model.contentId(), "tiny", new PriceList(new Amount(10), Amount.ZERO, PREMIUM)));
            taken.clear();
            return this;
        }

        /** A receipt was charged and waits for its proof, or no longer. */
        Books charged(Answered answer, Settlement.Status status) {
            Settlement settlement = new Settlement(
                    status,
                    VerificationMode.ZKML,
                    CALLER,
                    EXECUTOR.publicKey().id(),
                    model.contentId(),
                    new Amount(10),
                    PREMIUM,
                    Amount.ZERO,
                    clock + 86_400_000,
                    1);
            Digest receipt = answer.job().job().receipt();
            Due due = new Due(Due.Kind.EXPIRY, receipt);
            LedgerState s = state;
            state = new LedgerState(
                    s.chain(),
                    s.network(),
                    s.parameters(),
                    s.operators(),
                    s.height(),
                    s.lastBlock(),
                    s.time(),
                    s.validators(),
                    s.supply(),
                    s.treasury(),
                    s.partitions(),
                    s.accounts(),
                    s.models(),
                    s.nodes(),
                    s.settlements().with(receipt, settlement),
                    s.leases(),
                    s.due().with(due.key(settlement.deadline()), due));
            return this;
        }

        private void operate(Action action) {
            Bytes key = OPERATOR.publicKey().raw();
            long nonce = state.accounts().get(OWNER).orElse(Account.EMPTY).nonce();
            Bytes message = Transaction.Signed.message(state.chain(), key, nonce, action);
            submit(new Transaction.Signed(key, nonce, action, OPERATOR.sign(message), Optional.empty()))
                    .toCompletableFuture()
                    .join();
        }

        Settlement.Status status(Answered answer) {
            return state.settlements()
                    .get(answer.job().job().receipt())
                    .orElseThrow()
                    .status();
        }

        @Override
        public LedgerState state() {
            if (mutant == Mutant.NONE) {
                return state;
            }
            LedgerState now = state;
            charged(answered, Settlement.Status.PENDING);
            LedgerState seen = state;
            state = now;
            return seen;
        }

        @Override
        public CompletionStage<Long> submit(Transaction.Signed transaction) {
            Ledger.Built built = rules.build(state, clock++, List.of(transaction), List.of());
            if (!built.dropped().isEmpty()) {
                return CompletableFuture.failedStage(
                        new IllegalStateException(built.dropped().toString()));
            }
            taken.add(transaction.action());
            state = built.applied().state();
            return CompletableFuture.completedStage(state.height());
        }

        @Override
        public Optional<Place> place(Bytes receipt, int partition) {
            return Optional.empty();
        }

        @Override
        public EvidenceVerifier evidence() {
            return evidence;
        }

        @Override
        public SigningKey operator() {
            return OPERATOR;
        }

        @Override
        public SigningKey prover() {
            return PROVER;
        }
    }

    private static Settled settle(Books books, Answered answer) {
        try (LedgerSettler settler = new LedgerSettler(blobs, Executors.newSingleThreadExecutor(), () -> 500)) {
            settler.connect(
                    books,
                    id -> CompletableFuture.completedStage(
                            id.equals(answer.job().job().id()) ? Optional.of(answer.receipt()) : Optional.empty()));
            return settler.settle(answer.job()).toCompletableFuture().join();
        }
    }

    private static String reason(Settled settled) {
        assertThat(settled).isInstanceOf(Settled.Left.class);
        return ((Settled.Left) settled).reason();
    }

    @Test
    void certifiesTheCommitmentAndSettlesTheProof() {
        Books books = new Books(Mutant.NONE).withModel().charged(answered, Settlement.Status.PENDING);
        assertThat(settle(books, answered)).isEqualTo(new Settled.Taken());
        assertThat(books.taken).hasExactlyElementsOfTypes(Action.CommitWeights.class, Action.Settle.class);
        assertThat(books.status(answered)).isEqualTo(Settlement.Status.PROVEN);
        assertThat(books.state.accounts().get(OWNER).orElseThrow().balance()).isEqualTo(PREMIUM);
    }

    @Test
    void findsSettledWhatItSettledBeforeACrash() {
        Books books = new Books(Mutant.NONE).withModel().charged(answered, Settlement.Status.PENDING);
        settle(books, answered);
        assertThat(settle(books, answered)).isEqualTo(new Settled.Taken());
        assertThat(books.taken.stream().filter(Action.Settle.class::isInstance)).hasSize(1);
    }

    @Test
    void aSettlerThatDoesNotLookIsCaught() {
        Books books =
                new Books(Mutant.SEES_EVERYTHING_PENDING).withModel().charged(answered, Settlement.Status.PENDING);
        settle(books, answered);
        assertThat(reason(settle(books, answered))).contains("settled another receipt");
    }

    @Test
    void leavesWhatTheLedgerHasDoneWith() {
        Books expired = new Books(Mutant.NONE).withModel().charged(answered, Settlement.Status.EXPIRED);
        assertThat(reason(settle(expired, answered))).contains("the premium was refunded");
        Books disproved = new Books(Mutant.NONE).withModel().charged(answered, Settlement.Status.DISPROVED);
        assertThat(reason(settle(disproved, answered))).contains("DISPROVED");
        assertThat(expired.taken).isEmpty();
    }

    @Test
    void waitsForTheReceiptsBlockAndForTheModel() {
        assertThatThrownBy(() -> settle(new Books(Mutant.NONE).withModel(), answered))
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("in no block yet");
        assertThatThrownBy(() -> settle(new Books(Mutant.NONE).charged(answered, Settlement.Status.PENDING), answered))
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("candor validator submit --model");
    }

    /** As after a second prover joins, or one commits anew after a restart of its machine. */
    @Test
    void anotherProversCommitmentIsCertifiedBesideTheFirstAndBothSettle() throws IOException {
        Books books = new Books(Mutant.NONE).withModel().charged(answered, Settlement.Status.PENDING);
        settle(books, answered);
        try (ProverBench other = bench("other")) {
            Answered foreign = answer(other);
            books.charged(foreign, Settlement.Status.PENDING);
            assertThat(settle(books, foreign)).isEqualTo(new Settled.Taken());
            assertThat(books.status(foreign)).isEqualTo(Settlement.Status.PROVEN);
            assertThat(foreign.job().proof().orElseThrow().opening())
                    .as("the same opening, of another commitment")
                    .isEqualTo(answered.job().proof().orElseThrow().opening());
        }
        Answered again = answer(bench);
        books.charged(again, Settlement.Status.PENDING);
        assertThat(settle(books, again)).isEqualTo(new Settled.Taken());
        assertThat(books.taken)
                .as("each commitment once")
                .filteredOn(Action.CommitWeights.class::isInstance)
                .hasSize(2);
        assertThat(books.state.models().get(model.contentId()).orElseThrow().lines())
                .hasSize(2);
    }
}
