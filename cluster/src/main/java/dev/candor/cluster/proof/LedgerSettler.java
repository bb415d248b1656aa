package dev.candor.cluster.proof;

import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.cluster.evidence.CommitmentEvidence;
import dev.candor.cluster.evidence.CommittedWeights;
import dev.candor.cluster.evidence.DisclosedAnswer;
import dev.candor.cluster.evidence.ProofEvidence;
import dev.candor.cluster.rest.ReceiptLookup;
import dev.candor.persistence.blob.BlobStore;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import dev.candor.persistence.ledger.state.Settlement;
import dev.candor.persistence.ledger.tree.LogProof;
import dev.candor.persistence.ledger.tx.Action;
import dev.candor.persistence.ledger.tx.Claim;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.persistence.ledger.tx.EvidenceVerifier.Verdict;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.proof.JobPhase;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofRef;
import dev.candor.persistence.proof.Settler;
import dev.candor.proving.format.LineageFile;
import dev.candor.proving.format.MalformedFileException;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.registration.Lineage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes verified proofs to the ledger of the node's own validator, one after the other on a thread of its own: first the commitments that a proof rests on, as far
 * as the ledger does not have them, then the settlement. It looks at the ledger before it hands anything in, so what was settled before a crash is found settled.
 */
final class LedgerSettler implements Settler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerSettler.class);
    private static final long BLOCK_SECONDS = 30;

    private final BlobFiles files;
    private final ExecutorService thread;
    private final LongSupplier wallMillis;
    private volatile @Nullable Way way;

    private record Way(ProofLedger ledger, ReceiptLookup receipts) {}

    /** It will never be settled. */
    private static final class NeverException extends Exception {
        private static final long serialVersionUID = 1;

        NeverException(String why) {
            super(why);
        }
    }

    LedgerSettler(BlobStore blobs, ExecutorService thread, LongSupplier wallMillis) {
        this.files = new BlobFiles(blobs);
        this.thread = thread;
        this.wallMillis = wallMillis;
    }

    /** The ledger is up; until then whoever asks is told to ask again. */
    void connect(ProofLedger ledger, ReceiptLookup receipts) {
        way = new Way(ledger, receipts);
    }

    @Override
    public CompletionStage<Settled> settle(JobState job) {
        return CompletableFuture.supplyAsync(() -> now(job), thread);
    }

    private Settled now(JobState job) {
        Way open = way;
        if (open == null) {
            throw new IllegalStateException("the ledger is not up yet");
        }
        try {
            if (job.phase() == JobPhase.REJECTED) {
                return disproved(open, job);
            }
            return settled(open, job) ? new Settled.Taken() : taken(open, job);
        } catch (NeverException e) {
            return new Settled.Left(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the ledger holds a proof of this receipt already; it waits for one where not. */
    private boolean settled(Way open, JobState job) throws NeverException {
        return switch (known(open, job).status()) {
            case PENDING -> false;
            case PROVEN -> true;
            case ATTESTED, DISPROVED ->
                throw new NeverException(
                        "the ledger has the receipt as " + known(open, job).status());
            case EXPIRED ->
                throw new NeverException("the proof came after the ledger's deadline; the premium was refunded");
        };
    }

    /** What the ledger charged for the receipt. */
    private Settlement known(Way open, JobState job) throws NeverException {
        Optional<Settlement> known =
                open.ledger().state().settlements().get(job.job().receipt());
        if (known.isEmpty()) {
            if (wallMillis.getAsLong() > job.job().deadline()) {
                throw new NeverException("no block charged for the receipt until the deadline");
            }
            throw new IllegalStateException("the receipt is in no block yet");
        }
        return known.get();
    }

    private Settled taken(Way open, JobState job) throws IOException, NeverException {
        ProofRef proof = job.proof().orElseThrow();
        Lineage lineage = lineage(proof);
        certify(open.ledger(), job, lineage);
        Receipt receipt = receipt(open, job);
        Evidence evidence = evidence(job, proof, lineage);
        LedgerState state = open.ledger().state();
        NodeEntry executor = state.nodes()
                .get(receipt.leaf().keyId())
                .orElseThrow(() -> new IllegalStateException("the ledger does not know the receipt's executor"));
        Optional<ModelEntry> model = state.models().get(job.job().model().contentId());
        judge(open.ledger(), model, new Claim.AnswerRight(receipt, model, executor), evidence);
        long height = submit(
                open.ledger(),
                open.ledger().prover(),
                new Action.Settle(receipt.toBytes(), evidence),
                Optional.empty());
        LOG.info("The proof of {} is settled in block {}", job.job().id(), height);
        return new Settled.Taken();
    }

    /** Shows that an answer was wrong: its caller gets everything back, its executor pays. */
    private Settled disproved(Way open, JobState job) throws IOException, NeverException {
        Settlement known = known(open, job);
        switch (known.status()) {
            case DISPROVED -> {
                return new Settled.Left("the ledger disproved it");
            }
            case PROVEN -> throw new NeverException("the ledger has another proof, by which the answer is right");
            case PENDING, ATTESTED, EXPIRED -> {}
        }
        Lineage lineage = lineage(job.proof().orElseThrow());
        certify(open.ledger(), job, lineage);
        Receipt receipt = receipt(open, job);
        Evidence evidence = evidence(job, job.proof().orElseThrow(), lineage);
        Optional<ModelEntry> model =
                open.ledger().state().models().get(job.job().model().contentId());
        judge(open.ledger(), model, new Claim.AnswerWrong(receipt, model), evidence);
        ProofLedger.Place place = open.ledger()
                .place(receipt.toBytes(), job.job().id().partition())
                .orElseThrow(() -> new IllegalStateException("the receipt is in no block yet"));
        long height = submit(
                open.ledger(),
                open.ledger().prover(),
                new Action.Disprove(receipt.toBytes(), place.entry(), evidence),
                Optional.of(place.proof()));
        LOG.warn("The answer {} is disproved in block {}", job.job().id(), height);
        return new Settled.Left("the ledger disproved it");
    }

    private Lineage lineage(ProofRef proof) throws IOException {
        try {
            return LineageFile.decode(files.read(proof.lineage()));
        } catch (MalformedFileException e) {
            throw new IOException("the lineage of a verified proof cannot be read: " + e.getMessage(), e);
        }
    }

    /** Has the ledger certify the epochs up to the proof's, and refuses a proof under a commitment that it does not have. */
    private void certify(ProofLedger ledger, JobState job, Lineage lineage) throws NeverException {
        Digest model = job.job().model().contentId();
        int last = Math.toIntExact(job.proof().orElseThrow().epoch());
        ModelEntry entry = entry(ledger, job);
        for (int epoch = uncertified(entry, lineage, last); epoch <= last; epoch++) {
            CommitmentEvidence step = step(lineage, epoch);
            int proofs = lineage.model().openings();
            Claim claim = new Claim.WeightsCommitted(model, entry, epoch, step.ledgerRoot(), proofs);
            Evidence evidence = step.evidence();
            if (verdict(ledger, claim, evidence) instanceof Verdict.Refused(String why)) {
                throw new NeverException("the ledger does not certify this prover's commitment to the model: " + why);
            }
            long height = submit(
                    ledger,
                    ledger.operator(),
                    new Action.CommitWeights(model, epoch, step.ledgerRoot(), proofs, evidence),
                    Optional.empty());
            LOG.info("The commitment of epoch {} to {} is certified in block {}", epoch, model, height);
            entry = entry(ledger, job);
        }
    }

    /** The first epoch of a line, up to the proof's, that the ledger does not have; each prover has a line of its own. */
    private static int uncertified(ModelEntry entry, Lineage lineage, int last) throws NeverException {
        for (int epoch = last; epoch >= 0; epoch--) {
            Optional<ModelEntry.Commitment> held =
                    entry.commitment(CommittedWeights.ledgerRoot(lineage.model(), root(lineage, epoch)));
            if (held.isPresent()) {
                if (epoch < last && !entry.isCurrent(held.get())) {
                    throw new NeverException("the commitment was rolled over to another epoch " + (epoch + 1));
                }
                return epoch + 1;
            }
        }
        if (entry.lines().contains(CommittedWeights.ledgerRoot(lineage.model(), root(lineage, 0)))) {
            throw new NeverException(
                    "the proof's commitment counts no more: it was rolled over twice since, or gave way to other provers'");
        }
        return 0;
    }

    private static ModelEntry entry(ProofLedger ledger, JobState job) {
        Digest model = job.job().model().contentId();
        return ledger.state()
                .models()
                .get(model)
                .orElseThrow(() -> new IllegalStateException("the ledger does not know the model; register it with"
                        + " `candor validator submit --model NAME=" + model + " --prices ...`"));
    }

    private static CommitmentEvidence step(Lineage lineage, int epoch) {
        if (epoch == 0) {
            return CommitmentEvidence.registration(lineage.model(), lineage.registration());
        }
        return CommitmentEvidence.rollOver(
                lineage.model(), root(lineage, epoch - 1), lineage.rollOvers().get(epoch - 1));
    }

    private static dev.candor.proving.hash.Digest root(Lineage lineage, int epoch) {
        return epoch == 0
                ? lineage.model().first()
                : lineage.rollOvers().get(epoch - 1).root();
    }

    private static Receipt receipt(Way open, JobState job) throws IOException {
        Bytes bytes = await(open.receipts().find(job.job().id()))
                .filter(found -> Digest.sha256(found).equals(job.job().receipt()))
                .orElseThrow(() -> new IOException("the receipt " + job.job().id() + " is not to be found"));
        return Receipt.parse(bytes);
    }

    private Evidence evidence(JobState job, ProofRef proof, Lineage lineage) throws IOException, NeverException {
        try {
            KeptExchange kept = KeptExchange.decode(files.read(job.job().exchange()));
            DisclosedAnswer disclosed = new DisclosedAnswer(
                    job.sample(),
                    kept.salt(),
                    kept.model(),
                    kept.version(),
                    kept.mode(),
                    List.of(kept.input()),
                    kept.outputs(),
                    List.of(kept.answer()));
            return new ProofEvidence(
                            lineage.model(),
                            root(lineage, Math.toIntExact(proof.epoch())),
                            disclosed,
                            StatementFile.decode(files.read(proof.statement())),
                            Bytes.wrap(files.read(proof.proof())))
                    .evidence();
        } catch (MalformedFileException | MalformedBytesException e) {
            throw new IOException("the files of a verified proof cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new NeverException("it is no evidence: " + e.getMessage());
        }
    }

    /** What every validator would refuse is not handed in. */
    private static void judge(ProofLedger ledger, Optional<ModelEntry> model, Claim claim, Evidence evidence)
            throws NeverException {
        Verdict verdict = verdict(ledger, claim, evidence);
        switch (verdict) {
            case Verdict.Refused(String why) -> throw new NeverException(why);
            case Verdict.Accepted _ -> {}
            case Verdict.AcceptedOpening(Digest root, int index) -> {
                if (model.flatMap(entry -> entry.commitment(root))
                        .filter(commitment -> index < commitment.proofs() && !commitment.isUsed(index))
                        .isEmpty()) {
                    throw new NeverException(
                            "opening " + index + " of the commitment settled another receipt, or counts no more");
                }
            }
        }
    }

    private static Verdict verdict(ProofLedger ledger, Claim claim, Evidence evidence) {
        return ledger.evidence().verify(claim, evidence, ledger.state().time());
    }

    /** Waits for the block; whatever keeps it from coming is for another time. */
    private static long submit(ProofLedger ledger, SigningKey signer, Action action, Optional<LogProof> place) {
        Bytes key = signer.publicKey().raw();
        LedgerState state = ledger.state();
        long nonce = state.accounts().get(Account.of(key)).orElse(Account.EMPTY).nonce();
        Bytes message = Transaction.Signed.message(state.chain(), key, nonce, action);
        return await(ledger.submit(new Transaction.Signed(key, nonce, action, signer.sign(message), place)));
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(BLOCK_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    String.valueOf(
                            e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
                    e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("nothing came of it within " + BLOCK_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
