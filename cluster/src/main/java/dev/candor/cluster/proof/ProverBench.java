package dev.candor.cluster.proof;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.blob.BlobStore;
import dev.candor.persistence.proof.ProofJob;
import dev.candor.persistence.proof.ProofRef;
import dev.candor.proving.budget.BudgetException;
import dev.candor.proving.epoch.EpochFolder;
import dev.candor.proving.execution.ExecutionProver;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.format.LineageFile;
import dev.candor.proving.format.MalformedFileException;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.NetworkFolder;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.CodeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one prover computes. It has commitments of its own to every exact model, made and rolled over ahead of need, in a folder of which no other process may use
 * a copy: {@link EpochFolder} refuses that, and a commitment is then made anew, under another id. Every attempt takes an opening that was never used and fresh
 * randomness, whatever became of the attempts before it. Confined to the prover's thread.
 */
final class ProverBench implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProverBench.class);

    private final String name;
    private final Path folder;
    private final ProverSettings settings;
    private final ExactModels models;
    private final BlobFiles files;
    private final Map<Digest, Commitment> commitments = new LinkedHashMap<>();
    private volatile Map<Digest, Long> left = Map.of();

    private record Commitment(EpochFolder epoch, Digest lineage) {}

    /** How an attempt ended. */
    sealed interface Outcome {
        /** With a proof. */
        record Made(ProofRef proof) implements Outcome {}

        /** An answer is not what the model gives; a proof of what it gives, if one was made. */
        record Contradiction(Optional<ProofRef> instead) implements Outcome {}

        /** Without a proof, for a reason. */
        record Failed(String reason) implements Outcome {}
    }

    ProverBench(String name, Path folder, ProverSettings settings, ExactModels models, BlobStore blobs) {
        this.name = name;
        this.folder = folder;
        this.settings = settings;
        this.models = models;
        this.files = new BlobFiles(blobs);
    }

    /** How many openings are left by model, as of the last attempt. Thread-safe. */
    Map<Digest, Long> openingsLeft() {
        return left;
    }

    private void count() {
        Map<Digest, Long> now = new LinkedHashMap<>();
        commitments.forEach((model, commitment) ->
                now.put(model, commitment.epoch().budget().left()));
        left = Map.copyOf(now);
    }

    /** Whether there is a commitment to a model, with openings enough. */
    boolean isReady(Digest contentId) {
        Commitment commitment = commitments.get(contentId);
        return commitment != null && commitment.epoch().budget().left() > settings.rollOverBelow();
    }

    /** Makes or rolls over the commitment to a model, ahead of need. */
    void prepare(Digest contentId) throws IOException, BudgetException {
        Commitment commitment = commitment(contentId);
        if (commitment.epoch().budget().left() <= settings.rollOverBelow()) {
            rollOver(contentId, commitment);
        }
    }

    private Commitment commitment(Digest contentId) throws IOException, BudgetException {
        Commitment known = commitments.get(contentId);
        return known != null ? known : keep(contentId, open(contentId));
    }

    private Commitment rollOver(Digest contentId, Commitment commitment) throws IOException, BudgetException {
        LOG.info("{} rolls over its commitment to {}", name, contentId);
        // The folder is closed by a roll-over, whether it succeeds or not.
        commitments.remove(contentId);
        return keep(contentId, commitment.epoch().rollOver(line -> LOG.debug("{}: {}", name, line)));
    }

    private Commitment keep(Digest contentId, EpochFolder epoch) throws IOException {
        Digest lineage = files.put(LineageFile.encode(epoch.lineage()));
        Commitment commitment = new Commitment(epoch, lineage);
        commitments.put(contentId, commitment);
        count();
        return commitment;
    }

    private EpochFolder open(Digest contentId) throws IOException, BudgetException {
        Path place = folder.resolve(contentId.toHex());
        if (Files.isDirectory(place) && EpochFolder.isCommitted(place)) {
            try {
                return EpochFolder.open(place);
            } catch (BudgetException | MalformedFileException e) {
                LOG.warn(
                        "{} does not use its commitment to {} any more and makes another: {}",
                        name,
                        contentId,
                        e.getMessage());
            }
        }
        IntegerNetwork network = models.network(contentId);
        NetworkFolder.write(place, network);
        LOG.info("{} commits to {}", name, contentId);
        return EpochFolder.commit(
                place,
                network,
                CodeChoice.of(
                        Goldilocks.INSTANCE,
                        network.architecture(),
                        settings.samples(),
                        settings.openings(),
                        settings.grindingBits()),
                line -> LOG.debug("{}: {}", name, line));
    }

    /** Proves the answers of a batch together. */
    Outcome prove(List<ProofJob> jobs) {
        try {
            Digest contentId = jobs.getFirst().model().contentId();
            IntegerNetwork network = models.network(contentId);
            List<KeptExchange> exchanges = new ArrayList<>();
            for (ProofJob job : jobs) {
                KeptExchange exchange = KeptExchange.decode(files.read(job.exchange()));
                exchanges.add(exchange);
            }
            boolean right = true;
            for (int i = 0; i < jobs.size(); i++) {
                right &= ProofVerification.isRight(network, jobs.get(i), exchanges.get(i));
            }
            boolean refutes =
                    settings.refutes() && jobs.size() == 1 && jobs.getFirst().settles();
            if (!right && !refutes) {
                // No opening is spent on what cannot be proven and shall not be refuted.
                return new Outcome.Contradiction(Optional.empty());
            }
            Commitment commitment = commitment(contentId);
            if (commitment.epoch().budget().left() == 0) {
                commitment = rollOver(contentId, commitment);
            }
            ProofRef proof = prove(commitment, jobs, exchanges);
            return right ? new Outcome.Made(proof) : new Outcome.Contradiction(Optional.of(proof));
        } catch (IOException | BudgetException | RuntimeException e) {
            LOG.warn("{} could not prove {} answers", name, jobs.size(), e);
            return new Outcome.Failed(name + " failed: " + e.getMessage());
        } finally {
            count();
        }
    }

    /** Proves what the model gives for the inputs, whatever was answered. */
    private ProofRef prove(Commitment commitment, List<ProofJob> jobs, List<KeptExchange> exchanges)
            throws IOException, BudgetException {
        long began = System.nanoTime();
        long[] input = exchanges.stream()
                .flatMapToLong(each ->
                        LongStream.of(WholeTensors.integers(each.input()).orElseThrow()))
                .toArray();
        List<dev.candor.proving.hash.Digest> requests = new ArrayList<>();
        for (ProofJob job : jobs) {
            requests.addAll(Collections.nCopies(job.rows(), ProofVerification.ours(job.receipt())));
        }
        ExecutionProver prover = new ExecutionProver(
                commitment.epoch().owner(),
                requests.size(),
                jobs.getFirst().hidden(),
                commitment.epoch().budget(),
                SecureRandomness::create);
        ExecutionProver.Proven proven = prover.prove(input, requests);
        if (!prover.accepts(proven)) {
            throw new IllegalStateException(
                    "the proof of opening " + proven.claim().opening() + " is not accepted, so it was not sent");
        }
        byte[] proof = ProofFile.encode(proven.proof());
        return new ProofRef(
                Digest.of(proven.claim().model().toBytes()),
                files.put(proven.claim().encode()),
                files.put(proof),
                commitment.lineage(),
                proven.claim().epoch(),
                proven.claim().opening(),
                proof.length,
                (System.nanoTime() - began) / 1_000_000,
                name);
    }

    @Override
    public void close() {
        for (Commitment each : commitments.values()) {
            try {
                each.epoch().close();
            } catch (IOException e) {
                LOG.warn("{} could not close its commitments", name, e);
            }
        }
        commitments.clear();
    }

    @Override
    public String toString() {
        return name + " with commitments to "
                + Arrays.toString(commitments.keySet().toArray());
    }
}
