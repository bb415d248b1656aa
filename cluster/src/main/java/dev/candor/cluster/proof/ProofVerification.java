package dev.candor.cluster.proof;

import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofChecker;
import dev.candor.persistence.proof.ProofJob;
import dev.candor.persistence.proof.ProofRef;
import dev.candor.proving.format.LineageFile;
import dev.candor.proving.format.MalformedFileException;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.network.Descriptor;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.verifier.ClaimVerifier;
import dev.candor.proving.verifier.ExecutionVerifier;
import dev.candor.proving.verifier.RefusedException;
import dev.candor.proving.verifier.VerifiedLineage;
import dev.candor.proving.verifier.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges proofs for the jobs of this node, out of files alone: the lineage against the model's id and network, the proof against the lineage, and what it states
 * against what every request was answered. Nothing is taken from a prover on trust except which commitment is the model's; {@code docs/verification.md} says so.
 * Thread-safe.
 */
public final class ProofVerification implements ProofChecker {
    private static final Logger LOG = LoggerFactory.getLogger(ProofVerification.class);
    private static final int KEPT_LINEAGES = 32;
    private static final int KEPT_OPENINGS = 1 << 16;

    private final ExactModels models;
    private final BlobFiles files;
    private final Executor threads;
    private final Map<Digest, VerifiedLineage> lineages = bounded(KEPT_LINEAGES);
    private final Map<List<Object>, Digest> openings = bounded(KEPT_OPENINGS);

    /**
     * A judge.
     *
     * @param threads for work that computes: few, and of low priority
     */
    public ProofVerification(ExactModels models, dev.candor.persistence.blob.BlobStore blobs, Executor threads) {
        this.models = models;
        this.files = new BlobFiles(blobs);
        this.threads = threads;
    }

    private static <K, V> Map<K, V> bounded(int most) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    @Override
    public CompletionStage<String> check(List<JobState> jobs, ProofRef proof) {
        return CompletableFuture.supplyAsync(() -> unchecked(() -> problem(jobs, proof)), threads);
    }

    @Override
    public CompletionStage<List<RequestId>> contradicted(List<JobState> jobs) {
        return CompletableFuture.supplyAsync(() -> unchecked(() -> wrong(jobs)), threads);
    }

    @Override
    public void forget(Digest exchange) {
        threads.execute(() -> {
            try {
                files.delete(exchange);
            } catch (IOException e) {
                LOG.warn("The exchange {} of an ended proof job stays in the blob store", exchange, e);
            }
        });
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private static <T> T unchecked(Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private String problem(List<JobState> jobs, ProofRef proof) throws IOException {
        try {
            VerifiedLineage lineage = lineage(proof);
            IntegerNetwork network =
                    models.network(jobs.getFirst().job().model().contentId());
            if (!Arrays.equals(
                    Descriptor.encode(network.architecture()),
                    Descriptor.encode(lineage.model().architecture()))) {
                return "it is of another network than the model's";
            }
            byte[] statement = files.read(proof.statement());
            StatementFile claim = StatementFile.decode(statement);
            if (claim.epoch() != proof.epoch() || claim.opening() != proof.opening()) {
                return "its statement names another opening than its prover did";
            }
            for (JobState each : jobs) {
                String mismatch = mismatch(each, claim);
                if (!mismatch.isEmpty()) {
                    return mismatch;
                }
            }
            Verifier.Refusal refusal =
                    new ClaimVerifier(lineage, unused(proof)).verify(claim, files.read(proof.proof()));
            return refusal == null ? "" : refusal.sentence();
        } catch (RefusedException | MalformedFileException | MalformedBytesException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** An opening counts once; the same statement again is the same proof, looked at twice. */
    private ExecutionVerifier.UsedOpenings unused(ProofRef proof) {
        return (epoch, opening) -> {
            synchronized (openings) {
                Digest before = openings.putIfAbsent(List.of(proof.model(), epoch, opening), proof.statement());
                return before == null || before.equals(proof.statement());
            }
        };
    }

    private VerifiedLineage lineage(ProofRef proof) throws IOException, MalformedFileException, RefusedException {
        synchronized (lineages) {
            VerifiedLineage known = lineages.get(proof.lineage());
            if (known != null && known.model().id().equals(ours(proof.model()))) {
                return known;
            }
        }
        VerifiedLineage lineage =
                VerifiedLineage.of(LineageFile.decode(files.read(proof.lineage())), ours(proof.model()));
        synchronized (lineages) {
            lineages.put(proof.lineage(), lineage);
        }
        return lineage;
    }

    /** Why a statement is not about a job's request and answer; empty where it is. */
    private String mismatch(JobState state, StatementFile claim) throws IOException {
        ProofJob job = state.job();
        KeptExchange exchange = KeptExchange.decode(files.read(job.exchange()));
        if (job.hidden() != (claim.execution().inputRoot() != null)) {
            return "it does not treat the inputs of " + job.id() + " as was asked";
        }
        int from = state.sample();
        int to = from + job.rows();
        List<dev.candor.proving.hash.Digest> named = claim.execution().requests();
        if (to > claim.samples() || named.size() != claim.samples()) {
            return "it does not list the request " + job.id();
        }
        for (int sample = from; sample < to; sample++) {
            if (!named.get(sample).equals(ours(job.receipt()))) {
                return "it lists another request in the place of " + job.id();
            }
        }
        if (!holds(claim.execution().outputs(), claim.samples(), from, exchange.answer())) {
            return "its outputs are not those that " + job.id() + " was answered";
        }
        if (!job.hidden() && !holds(claim.execution().inputs(), claim.samples(), from, exchange.input())) {
            return "its inputs are not those of " + job.id();
        }
        return "";
    }

    private static boolean holds(Tensor stated, int samples, int from, dev.candor.actors.tensor.Tensor tensor) {
        long[] integers = WholeTensors.integers(tensor).orElse(new long[0]);
        int each = stated.size() / samples;
        if (integers.length == 0 || (long) from * each + integers.length > stated.size()) {
            return false;
        }
        for (int i = 0; i < integers.length; i++) {
            if (stated.at(from * each + i) != integers[i]) {
                return false;
            }
        }
        return true;
    }

    private List<RequestId> wrong(List<JobState> jobs) throws IOException {
        List<RequestId> wrong = new ArrayList<>();
        for (JobState each : jobs) {
            KeptExchange exchange = KeptExchange.decode(files.read(each.job().exchange()));
            if (!isRight(models.network(each.job().model().contentId()), each.job(), exchange)) {
                wrong.add(each.job().id());
            }
        }
        return wrong;
    }

    /** Whether an answer is what the network gives. */
    static boolean isRight(IntegerNetwork network, ProofJob job, KeptExchange exchange) {
        long[] input = WholeTensors.integers(exchange.input()).orElse(new long[0]);
        long[] answer = WholeTensors.integers(exchange.answer()).orElse(new long[0]);
        return Arrays.equals(ReferenceExecution.run(network, job.rows(), input).output(), answer);
    }

    static dev.candor.proving.hash.Digest ours(Digest digest) {
        return dev.candor.proving.hash.Digest.of(digest.toArray());
    }
}
