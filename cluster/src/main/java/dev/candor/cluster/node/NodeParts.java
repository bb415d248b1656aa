package dev.candor.cluster.node;

import com.typesafe.config.Config;
import dev.candor.actors.executor.Device;
import dev.candor.actors.gateway.Admission;
import dev.candor.actors.gateway.Gateway;
import dev.candor.actors.gateway.GatewayServices;
import dev.candor.actors.gateway.GatewaySettings;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.gateway.Pseudonyms;
import dev.candor.actors.host.ExecutorHost;
import dev.candor.actors.host.HostServices;
import dev.candor.actors.host.HostSettings;
import dev.candor.actors.host.LocalLanes;
import dev.candor.actors.metrics.InferenceMetrics;
import dev.candor.actors.receipt.Ed25519BatchSigner;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.routing.LaneRouter;
import dev.candor.actors.routing.ModelWarmer;
import dev.candor.actors.routing.RouterSettings;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.attestation.AttestationSettings;
import dev.candor.cluster.attestation.NodeAttestation;
import dev.candor.cluster.language.LanguageNode;
import dev.candor.cluster.language.LanguageSettings;
import dev.candor.cluster.language.TextLanes;
import dev.candor.cluster.proof.ProofNode;
import dev.candor.cluster.proof.RetainSettings;
import dev.candor.cluster.proof.RetainedInputs;
import dev.candor.cluster.proof.SelfCheckedBackend;
import dev.candor.cluster.rest.ClusterSource;
import dev.candor.gpuconfig.device.DeviceDiscovery;
import dev.candor.gpuconfig.device.DeviceProfile;
import dev.candor.gpuconfig.device.DeviceSettings;
import dev.candor.gpuconfig.inference.DjlBackend;
import dev.candor.persistence.blob.BlobStore;
import dev.candor.persistence.blob.FolderBlobStore;
import dev.candor.persistence.control.ControlStore;
import dev.candor.persistence.genesis.Genesis;
import dev.candor.persistence.journal.JournalStores;
import dev.candor.persistence.ledger.feed.JournalFeed;
import dev.candor.persistence.ledger.vote.Ed25519Signatures;
import dev.candor.persistence.ledger.vote.OwnSignatures;
import dev.candor.sharding.Sharding;
import dev.candor.sharding.ShardingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;

/**
 * The parts of a node behind its doors, wired in the way of a request: gateway, lanes and executors, partitions and models.
 *
 * @param gateway the way to answers
 * @param inference the way in: the gateway, and proof jobs behind it
 * @param proofs everything that has to do with proofs
 * @param pseudonyms of callers
 * @param warmer loads models before requests need them
 * @param sharding the entities
 * @param metrics of what ran
 * @param partitions what partitions do
 * @param verification what becomes of evidence
 * @param router finds lanes for jobs
 * @param blobs model files
 * @param signingKey signs receipts
 * @param genesis what the network agreed on
 * @param ledger this node's own validator or those that it asks, if there are any
 * @param control small records in the journal's own store
 * @param language text and embedding models
 * @param health of the node
 * @param cluster around it
 * @param blocking threads for work that blocks
 */
record NodeParts(
        Gateway gateway,
        InferenceService inference,
        ProofNode proofs,
        Pseudonyms pseudonyms,
        ModelWarmer warmer,
        Sharding sharding,
        InferenceMetrics metrics,
        PartitionFigures partitions,
        VerificationFigures verification,
        LaneRouter router,
        BlobStore blobs,
        SigningKey signingKey,
        Genesis genesis,
        Optional<ReceiptFinality> ledger,
        ControlStore control,
        LanguageNode language,
        NodeHealth health,
        ClusterSource cluster,
        ExecutorService blocking) {

    static NodeParts start(
            Config config,
            NodeSettings settings,
            NodeSeams seams,
            ActorSystem<?> system,
            JournalStores stores,
            BlobStore blobs,
            Genesis genesis,
            Bytes pseudonymKey)
            throws IOException {
        SigningKey signingKey = signingKey(settings.executorKey());
        OwnSignatures own = new OwnSignatures(signingKey.publicKey().raw(), new Ed25519Signatures());
        ExecutorService blocking = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("candor-blocking-", 0).factory());
        List<DeviceProfile> profiles = profiles(config, settings);
        List<Device> devices = devices(config, profiles);
        LocalLanes lanes = new LocalLanes(devices.stream().map(Device::name).toList());
        LaneRouter router = new LaneRouter(RouterSettings.of(config), lanes, System::nanoTime);
        TextLanes textLanes = new TextLanes(router, router);
        PartitionFigures partitions = new PartitionFigures();
        ProofNode proofs = new ProofNode(
                config,
                blobs,
                blocking,
                NodeAttestation.start(AttestationSettings.of(config), signingKey.publicKey()),
                Optional.of(signingKey),
                Optional.of(new RetainedInputs(
                        blobFolder(config, settings).resolve("retained"),
                        pseudonymKey,
                        RetainSettings.of(config),
                        System::currentTimeMillis)));
        VerificationFigures verification = new VerificationFigures(System::currentTimeMillis);
        LedgerSettings money = LedgerSettings.of(config);
        boolean settles = money.enabled() && money.external().isEmpty() && money.settlesProofs();
        Sharding sharding = Sharding.start(
                system,
                new Sharding.Resources(
                        ShardingSettings.of(config).settling(settles),
                        genesis.partitions(),
                        stores.answers(),
                        stores.control(),
                        stores.embeddedExclusive(),
                        textLanes,
                        verification.over(proofs.checker()),
                        verification.over(proofs.settler()),
                        proofs.callbacks(),
                        partitions,
                        System::nanoTime));
        proofs.start(system, sharding.catalog(), settings.dataDir().resolve("prover"));
        InferenceMetrics metrics = new InferenceMetrics();
        Ed25519BatchSigner signer = new Ed25519BatchSigner(genesis.digest(), signingKey, own::made);
        CommitSink commits = seams.commits().apply(sharding.commits());
        system.systemActorOf(router.replies(), "candor-router-replies", Props.empty());
        system.systemActorOf(router.watch(), "candor-router", Props.empty());
        system.systemActorOf(
                ExecutorHost.create(
                        HostServices.onSystemClocks(
                                devices,
                                lanes,
                                LanguageNode.withoutText(sharding.catalog()),
                                new ModelFolder(settings.dataDir().resolve("models"), blobs, blocking),
                                signer,
                                commits,
                                metrics,
                                router),
                        HostSettings.of(config)),
                "candor-executors",
                Props.empty());
        Pseudonyms pseudonyms = new Pseudonyms(pseudonymKey, genesis.partitions());
        Optional<ReceiptFinality> ledger =
                ledger(config, settings, system, stores, genesis, signingKey, own, partitions, pseudonyms);
        ledger.flatMap(ReceiptFinality::proofs).ifPresent(each -> proofs.settleIn(each, NodeDoors.receipts(sharding)));
        Gateway gateway = Gateway.create(
                system,
                GatewayServices.onSystemClocks(
                        sharding.catalog(),
                        textLanes,
                        sharding.requests(),
                        textLanes,
                        proofs.modes(),
                        pseudonyms,
                        ledger.map(ReceiptFinality::admission).orElse(Admission.FREE)),
                GatewaySettings.of(config));
        LanguageNode language = LanguageNode.start(
                LanguageSettings.of(config),
                new LanguageNode.Resources(
                        textLanes,
                        signer,
                        commits,
                        sharding.administration(),
                        blobs,
                        profiles,
                        DeviceSettings.of(config),
                        blocking));
        NodeHealth health = new NodeHealth(
                genesis.digest(),
                settings.roles(),
                sharding.catalog()::isReady,
                sharding.localPartitions()::count,
                settings.seedNodes().isEmpty() && stores.embeddedExclusive() ? genesis.partitions() : 0);
        return new NodeParts(
                gateway,
                proofs.inference(gateway, sharding.proofs()),
                proofs,
                pseudonyms,
                router,
                sharding,
                metrics,
                partitions,
                verification,
                router,
                blobs,
                signingKey,
                genesis,
                ledger,
                stores.control(),
                language,
                health,
                new ClusterMap(system, genesis.partitions()),
                blocking);
    }

    private static Optional<ReceiptFinality> ledger(
            Config config,
            NodeSettings settings,
            ActorSystem<?> system,
            JournalStores stores,
            Genesis genesis,
            SigningKey signingKey,
            OwnSignatures own,
            PartitionFigures partitions,
            Pseudonyms pseudonyms)
            throws IOException {
        Optional<LedgerSettings.External> external = LedgerSettings.of(config).external();
        if (external.isPresent()) {
            NodeFeed feed = new NodeFeed(new JournalFeed(system, stores, System::nanoTime));
            partitions.onWrite(feed::wrote);
            return Optional.of(ExternalLedger.start(external.get(), genesis, feed, signingKey));
        }
        return NodeLedger.start(config, settings, system, stores, genesis, signingKey, own, pseudonyms)
                .map(each -> each);
    }

    /** Files of models and of proofs, and sealed segments: in a folder that nodes may share. */
    static BlobStore blobs(Config config, NodeSettings settings) throws IOException {
        return new FolderBlobStore(blobFolder(config, settings), InstantSource.system());
    }

    private static Path blobFolder(Config config, NodeSettings settings) {
        String named = config.getString("candor.blobs.folder");
        return named.isEmpty() ? settings.dataDir().resolve("blobs") : Path.of(named);
    }

    private static List<DeviceProfile> profiles(Config config, NodeSettings settings) {
        if (!settings.roles().contains("cpu") && !settings.roles().contains("gpu")) {
            return List.of();
        }
        return DeviceDiscovery.ofThisMachine(DeviceSettings.of(config)).discover();
    }

    private static List<Device> devices(Config config, List<DeviceProfile> profiles) {
        DeviceSettings devices = DeviceSettings.of(config);
        return profiles.stream()
                .map(profile -> new Device(
                        profile.id().toString(), () -> new SelfCheckedBackend(DjlBackend.open(profile, devices))))
                .toList();
    }

    /** The key in {@code file}, made where there is none. */
    static SigningKey signingKey(Path file) throws IOException {
        if (!Files.exists(file)) {
            SigningKey.generate(new SecureRandom()).save(file);
        }
        return SigningKey.load(file);
    }

    /** Ends the threads of this node's own; everything else ends with the actor system. */
    void close() {
        language.close();
        ledger.ifPresent(ReceiptFinality::close);
        proofs.close();
        blocking.shutdown();
    }
}
