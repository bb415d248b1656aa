package dev.candor.cluster.language;

import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ModelAdministration;
import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.receipt.BatchSigner;
import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.gpuconfig.device.DeviceProfile;
import dev.candor.gpuconfig.device.DeviceSettings;
import dev.candor.gpuconfig.inference.TorchSequenceModel;
import dev.candor.gpuconfig.language.LanguageDescription;
import dev.candor.gpuconfig.language.LanguageDescription.Kind;
import dev.candor.gpuconfig.language.LanguageFile;
import dev.candor.gpuconfig.language.SequenceEnd;
import dev.candor.gpuconfig.language.SequenceEngine;
import dev.candor.persistence.blob.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The language models of this node: read from their files, put into the blob store, registered under their names, and served once that is durable. Text models run on
 * engines of their own; embedding models are ordinary models of the catalog, in ordinary lanes. Thread-safe.
 */
public final class LanguageNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LanguageNode.class);
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final int EMBEDDING_BATCH = 32;

    private final LanguageSettings settings;
    private final TextLanes lanes;
    private final ModelAdministration administration;
    private final ExecutorService blocking;
    private final ConcurrentMap<String, LanguageModel> models = new ConcurrentHashMap<>();
    private final List<SequenceEngine> engines = new ArrayList<>();
    private volatile boolean closed;

    private LanguageNode(
            LanguageSettings settings, TextLanes lanes, ModelAdministration administration, ExecutorService blocking) {
        this.settings = settings;
        this.lanes = lanes;
        this.administration = administration;
        this.blocking = blocking;
    }

    /**
     * What language models need of their node.
     *
     * @param lanes where jobs of text models arrive
     * @param signer of receipts
     * @param commits the way to the journal
     * @param administration registers the models
     * @param blobs keeps their files
     * @param devices what text models may run on; the first one is taken
     * @param executor settings of devices
     * @param blocking threads for work that blocks
     */
    public record Resources(
            TextLanes lanes,
            BatchSigner signer,
            CommitSink commits,
            ModelAdministration administration,
            BlobStore blobs,
            List<DeviceProfile> devices,
            DeviceSettings executor,
            ExecutorService blocking) {}

    /**
     * Reads the files and begins to serve them.
     *
     * @throws IOException where a file cannot be read or is no language model; nothing keeps running then
     */
    public static LanguageNode start(LanguageSettings settings, Resources resources) throws IOException {
        LanguageNode node =
                new LanguageNode(settings, resources.lanes(), resources.administration(), resources.blocking());
        try {
            for (Path file : settings.models()) {
                node.add(file, resources);
            }
        } catch (RefusedException e) {
            node.close();
            throw new IOException("candor.language.models: " + e.refusal().sentence(), e);
        } catch (IOException | RuntimeException e) {
            node.close();
            throw e;
        }
        return node;
    }

    /** The catalog without models that no lane can run: for executors' hosts. */
    public static ModelCatalog withoutText(ModelCatalog catalog) {
        return new ModelCatalog() {
            @Override
            public Optional<ModelView> find(String name) {
                return catalog.find(name).filter(LanguageNode::runsInLanes);
            }

            @Override
            public List<ModelView> all() {
                return catalog.all().stream().filter(LanguageNode::runsInLanes).toList();
            }
        };
    }

    private static boolean runsInLanes(ModelView view) {
        return view.versions().values().stream().noneMatch(version -> TextTensors.isText(version.spec()));
    }

    private void add(Path file, Resources resources) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("candor.language.models names " + file.toAbsolutePath() + ", which is no file");
        }
        LanguageDescription description = LanguageFile.read(file);
        BlobStore.Blob blob;
        try (InputStream in = Files.newInputStream(file)) {
            blob = resources.blobs().put(in, Files.size(file));
        }
        ModelSpec spec = switch (description.kind()) {
            case Kind.Text text -> {
                serveText(file, description, blob, resources);
                yield TextTensors.SPEC;
            }
            case Kind.Embedding embedding -> embedding(description.width());
        };
        register(description, blob, spec);
    }

    private void serveText(Path file, LanguageDescription description, BlobStore.Blob blob, Resources resources)
            throws IOException {
        if (resources.devices().isEmpty()) {
            throw new IOException("candor.language.models names " + file
                    + ", but this node has no executor to run it; give it one, or leave the model to nodes that have");
        }
        DeviceProfile device = resources.devices().getFirst();
        SequenceReceipts receipts =
                new SequenceReceipts(resources.signer(), resources.commits(), blocking, System::currentTimeMillis);
        int end = description
                .chat()
                .orElseThrow(() -> new IOException(file + " has no chat template, and so no token that ends an answer"))
                .end();
        SequenceEngine engine = new SequenceEngine(
                description,
                end,
                settings.engine(),
                rows -> TorchSequenceModel.open(file, description, device, resources.executor(), rows),
                (List<SequenceEnd> ends) ->
                        lanes.ended(ends, receipts, device.id().toString()),
                System::nanoTime);
        engines.add(engine);
        lanes.serve(blob.id(), engine);
    }

    /** Tokens padded to one length, and how many of each row count. */
    private static ModelSpec embedding(int width) {
        BatchingPolicy policy = BatchingPolicy.DEFAULT;
        return new ModelSpec(
                List.of(
                        new TensorSpec("tokens", DataType.INT64, Shape.of(-1, -1)),
                        new TensorSpec("length", DataType.INT64, Shape.of(-1, 1))),
                List.of(new TensorSpec("embedding", DataType.FP32, Shape.of(-1, width))),
                List.of(),
                true,
                new BatchingPolicy(
                        EMBEDDING_BATCH,
                        policy.preferredBatchSizes(),
                        policy.maxQueueDelay(),
                        policy.priorityLevels(),
                        policy.defaultPriority(),
                        policy.timeoutAction(),
                        policy.defaultTimeout(),
                        policy.maxQueueItems(),
                        policy.maxQueueBytes()));
    }

    /** The partitions of the catalog may not be there yet when a node starts: again until they are. */
    private void register(LanguageDescription description, BlobStore.Blob blob, ModelSpec spec) {
        var _ = administration
                .register(description.name(), blob.id(), blob.size(), spec, Optional.empty())
                .whenComplete((ref, failure) -> {
                    if (failure == null) {
                        models.put(ref.name(), new LanguageModel(ref, description, System.currentTimeMillis()));
                        LOG.info("Language model {} {}, content {}", ref.name(), ref.version(), ref.contentId());
                    } else if (!closed) {
                        LOG.debug("Language model {} is not registered yet", description.name(), failure);
                        CompletableFuture.delayedExecutor(AGAIN.toMillis(), TimeUnit.MILLISECONDS, blocking)
                                .execute(() -> register(description, blob, spec));
                    }
                });
    }

    /** Text and embeddings by way of {@code inference}, which admits, limits, and waits for the journal. */
    public LanguageService service(InferenceService inference) {
        return new GatewayLanguageService(settings, lanes.taps(), models, inference);
    }

    /** Ends the engines; what they write is refused. */
    @Override
    public void close() {
        closed = true;
        engines.forEach(SequenceEngine::close);
    }
}
