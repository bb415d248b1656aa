package dev.candor.cluster.proof;

import com.typesafe.config.Config;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.gateway.Pseudonyms;
import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.attestation.NodeAttestation;
import dev.candor.cluster.rest.ReceiptLookup;
import dev.candor.cluster.rest.VerificationDesk;
import dev.candor.cluster.webhook.WebhookGuard;
import dev.candor.cluster.webhook.WebhookSender;
import dev.candor.cluster.webhook.WebhookSettings;
import dev.candor.persistence.blob.BlobStore;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.proof.Callbacks;
import dev.candor.persistence.proof.ProofChecker;
import dev.candor.persistence.proof.ProofSettings;
import dev.candor.persistence.proof.Settler;
import dev.candor.sharding.Proofs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.typed.Cluster;

/** Everything of a node that has to do with proofs. Thread-safe; {@link #close} ends its threads, its actors end with the system. */
public final class ProofNode implements AutoCloseable {
    private static final String KERNELS = "jdk.incubator.vector";
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);

    private final ProofSettings jobs;
    private final ProverSettings provers;
    private final BlobStore blobs;
    private final ExecutorService blocking;
    private final ExactModels models;
    private final ProofModes modes;
    private final ExecutorService verifying;
    private final ProofVerification verification;
    private final LedgerSettler settler;
    private final Optional<NodeAttestation> attestation;
    private final Optional<JobCallbacks> callbacks;
    private final Optional<RetainedInputs> retained;
    private final AddedLatency added = new AddedLatency();
    private final Map<String, ProverBench> benches = new ConcurrentHashMap<>();
    private volatile Optional<Supplier<LedgerState>> ledger = Optional.empty();

    /**
     * The proofs of a node.
     *
     * @param blobs holds models, and the files of proofs
     * @param blocking for work that blocks
     * @param attestation of this node's executor, if anything vouches for it
     * @param key signs what callbacks are told; without one nobody is called
     * @param retained keeps inputs; a node without doors has none
     */
    public ProofNode(
            Config config,
            BlobStore blobs,
            ExecutorService blocking,
            Optional<NodeAttestation> attestation,
            Optional<SigningKey> key,
            Optional<RetainedInputs> retained) {
        this.retained = retained;
        this.jobs = ProofSettings.of(config);
        this.provers = ProverSettings.of(config);
        this.blobs = blobs;
        this.blocking = blocking;
        this.models = new ExactModels(blobs);
        this.modes = new ProofModes(provers.missedAfter(), System::nanoTime, attestation);
        this.attestation = attestation;
        this.verifying = IdleThreads.pool("candor-verify", 1);
        this.verification = new ProofVerification(models, blobs, verifying);
        WebhookSettings webhooks = WebhookSettings.of(config);
        WebhookGuard guard = new WebhookGuard(webhooks.allowedNetworks());
        this.callbacks = key.map(each -> new JobCallbacks(
                new WebhookSender(webhooks, guard, each, System::currentTimeMillis), guard, System::currentTimeMillis));
        this.settler = new LedgerSettler(blobs, IdleThreads.pool("candor-settle", 1), System::currentTimeMillis);
    }

    /** Judges proofs for this node's jobs. */
    public ProofChecker checker() {
        return verification;
    }

    /** Takes proofs of this node's jobs to the ledger, once {@link #settleIn} named one. */
    public Settler settler() {
        return settler;
    }

    /** Tells callbacks of this node's jobs. */
    public Callbacks callbacks() {
        return callbacks.<Callbacks>map(each -> each).orElse(Callbacks.NONE);
    }

    /** From now on proofs are settled in this ledger; called before {@link #desk}. */
    public void settleIn(ProofLedger theLedger, ReceiptLookup receipts) {
        ledger = Optional.of(theLedger::state);
        settler.connect(theLedger, receipts);
    }

    /** The modes that are served. */
    public ProofModes modes() {
        return modes;
    }

    /**
     * Finds provers from now on, and runs this node's own if it has the role.
     *
     * @throws IOException where this JVM cannot prove
     */
    public void start(ActorSystem<?> system, ModelCatalog catalog, Path folder) throws IOException {
        system.systemActorOf(modes.watch(), "candor-prover-watch", Props.empty());
        retained.ifPresent(each -> {
            var _ = system.scheduler()
                    .scheduleWithFixedDelay(
                            SWEEP_EVERY, SWEEP_EVERY, () -> blocking.execute(each::sweep), system.executionContext());
        });
        if (!Cluster.get(system).selfMember().hasRole("prover")) {
            return;
        }
        if (ModuleLayer.boot().findModule(KERNELS).isEmpty()) {
            throw new IOException(
                    "a node with the role prover needs the Vector API: start it with CANDOR_JAVA_OPTS=--add-modules="
                            + KERNELS);
        }
        String address = Cluster.get(system).selfMember().address().hostPort();
        for (int i = 0; i < provers.provers(); i++) {
            String name = address + "/" + i;
            ProverBench bench = new ProverBench(name, folder.resolve(Integer.toString(i)), provers, models, blobs);
            benches.put(name, bench);
            system.systemActorOf(
                    ProverActor.create(name, bench, IdleThreads.pool("candor-prover-" + i, 1), catalog, provers),
                    "candor-prover-" + i,
                    Props.empty());
        }
    }

    /** How many proofs each prover of this node may still make under its commitment to a model, by prover and model. */
    public Map<String, Map<Digest, Long>> openingsLeft() {
        Map<String, Map<Digest, Long>> left = new TreeMap<>();
        benches.forEach((name, bench) -> left.put(name, bench.openingsLeft()));
        return left;
    }

    /** The way in, for all modes. */
    public InferenceService inference(InferenceService answers, Proofs proofs) {
        return new VerifiedInference(
                answers,
                proofs,
                blobs,
                blocking,
                jobs.deadline(),
                callbacks.orElseThrow(),
                retained.orElseThrow(),
                added,
                System::currentTimeMillis);
    }

    /** What callers are told. */
    public VerificationDesk desk(ReceiptLookup receipts, Proofs proofs, Pseudonyms pseudonyms, ModelCatalog catalog) {
        return new ProofDesk(
                receipts,
                proofs,
                pseudonyms,
                catalog,
                models,
                modes,
                blobs,
                blocking,
                jobs.deadline(),
                ledger,
                attestation,
                callbacks.orElseThrow(),
                retained.orElseThrow(),
                added,
                System::currentTimeMillis);
    }

    @Override
    public void close() {
        settler.close();
        verifying.shutdown();
    }
}
