package dev.candor.cluster.rest;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ModelAdministration;
import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.model.Split;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.blob.BlobStore;
import dev.candor.persistence.ledger.stats.LedgerStats;
import dev.candor.persistence.ledger.stats.MemoryFigures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/** A cluster in a few maps: it answers each input under the name of the output at its place, so that what comes back is what was sent. */
public final class FakeCluster implements InferenceService, ModelCatalog, ModelAdministration, BlobStore {
    public static final UUID UUID_7 = UUID.fromString("0193f0c2-7b1e-7000-8000-000000000001");
    public static final RequestId ID = new RequestId(3, UUID_7);
    public static final Bytes SALT = Bytes.ofHex("000102030405060708090a0b0c0d0e0f");
    public static final Bytes RECEIPT = Bytes.ofHex("435243500100fbeffe3e3f");
    public static final Digest CONTENT = Digest.sha256(Bytes.wrap(new byte[] {1}));

    /** The specification of "echo", as a body of a registration gives it. */
    static final String SPEC =
            "{\"input\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,4]}],\"output\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[-1,4]}]}";

    public final Map<String, ModelView> models = new ConcurrentSkipListMap<>();
    public final Map<Digest, Bytes> blobs = new ConcurrentHashMap<>();
    public final BlockingQueue<InferenceRequest> requests = new LinkedBlockingQueue<>();
    public final BlockingQueue<Caller> callers = new LinkedBlockingQueue<>();
    public final BlockingQueue<Consumer<InferenceOutcome>> held = new LinkedBlockingQueue<>();
    public final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
    public volatile boolean holding;
    public volatile PublicStats stats = PublicStats.own(LedgerStats.of(new MemoryFigures()));
    public volatile Optional<Refusal> notReady = Optional.empty();
    public volatile Function<InferenceRequest, InferenceOutcome> answers = this::echo;

    /** With the models echo, pair, half, text and open. */
    public FakeCluster() {
        add("echo", spec(List.of(tensor("x", DataType.FP32, -1, 4)), List.of(tensor("y", DataType.FP32, -1, 4))));
        add(
                "pair",
                spec(
                        List.of(tensor("a", DataType.INT32, -1, 2), tensor("b", DataType.BOOL, -1)),
                        List.of(tensor("c", DataType.INT32, -1, 2), tensor("d", DataType.BOOL, -1))));
        add("half", spec(List.of(tensor("x", DataType.FP16, -1, 2)), List.of(tensor("y", DataType.FP16, -1, 2))));
        add("text", spec(List.of(tensor("x", DataType.BYTES, -1)), List.of(tensor("y", DataType.BYTES, -1))));
        add("open", spec(List.of(tensor("x", DataType.UINT8, -1, -1)), List.of(tensor("y", DataType.UINT8, -1, -1))));
    }

    public static TensorSpec tensor(String name, DataType type, long... shape) {
        return new TensorSpec(name, type, Shape.of(shape));
    }

    public static ModelSpec spec(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return new ModelSpec(inputs, outputs, List.of("zero", "one", "two"), true, BatchingPolicy.DEFAULT);
    }

    public void add(String name, ModelSpec spec) {
        TreeMap<ModelVersion, ModelView.Registered> versions = new TreeMap<>();
        versions.put(ModelVersion.FIRST, new ModelView.Registered(CONTENT, 1, spec, true));
        models.put(
                name,
                ModelView.unshared(name, 1, versions, new TreeMap<>(Map.of(ModelView.LATEST, ModelVersion.FIRST))));
    }

    public InferenceOutcome echo(InferenceRequest request) {
        ModelView view = models.get(request.model());
        if (view == null) {
            return refused(Refusal.of(ErrorCode.MODEL_NOT_FOUND, "there is no model \"" + request.model() + "\""));
        }
        ModelVersion version = view.resolve(request.version()).orElseThrow();
        ModelSpec spec = view.versions().get(version).spec();
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < spec.outputs().size(); i++) {
            String name = spec.outputs().get(i).name();
            if (request.outputs().isEmpty() || request.outputs().contains(name)) {
                Tensor input = request.inputs().get(i);
                outputs.add(new Tensor(name, input.datatype(), input.shape(), input.data()));
            }
        }
        return answered(view.ref(version), outputs, false);
    }

    static InferenceOutcome answered(ModelRef model, List<Tensor> outputs, boolean replayed) {
        return new InferenceOutcome.Answered(
                UUID_7,
                new Answer(ID, model, outputs, SALT, RECEIPT),
                replayed,
                new Timings(12_345, 1_000_000, 2_500_999, 99));
    }

    public static InferenceOutcome refused(Refusal refusal) {
        return new InferenceOutcome.Refused(UUID_7, refusal);
    }

    @Override
    public Runnable infer(InferenceRequest request, Caller caller, Consumer<InferenceOutcome> onOutcome) {
        requests.add(request);
        callers.add(caller);
        if (holding) {
            held.add(onOutcome);
        } else {
            onOutcome.accept(answers.apply(request));
        }
        return () -> cancelled.add(request.model());
    }

    @Override
    public Optional<Refusal> nodeReadiness() {
        return notReady;
    }

    @Override
    public Optional<Refusal> modelReadiness(String model, String version) {
        ModelView view = models.get(model);
        if (view == null) {
            return Optional.of(Refusal.of(ErrorCode.MODEL_NOT_FOUND, "there is no model \"" + model + "\""));
        }
        return view.resolve(version).isEmpty()
                ? Optional.of(Refusal.of(ErrorCode.MODEL_NOT_FOUND, "no such version"))
                : notReady;
    }

    @Override
    public Optional<ModelView> find(String name) {
        return Optional.ofNullable(models.get(name));
    }

    @Override
    public List<ModelView> all() {
        return List.copyOf(models.values());
    }

    @Override
    public CompletionStage<ModelRef> register(
            String name, Digest contentId, long sizeBytes, ModelSpec spec, Optional<ModelVersion> version) {
        ModelView before = models.get(name);
        TreeMap<ModelVersion, ModelView.Registered> versions = new TreeMap<>();
        if (before != null) {
            versions.putAll(before.versions());
        }
        ModelVersion next = version.orElse(
                versions.isEmpty() ? ModelVersion.FIRST : versions.lastKey().nextMinor());
        if (versions.containsKey(next)) {
            return CompletableFuture.failedStage(
                    new RefusedException(ErrorCode.CONFLICT, "version " + next + " is there already"));
        }
        versions.put(next, new ModelView.Registered(contentId, sizeBytes, spec, true));
        models.put(
                name,
                ModelView.unshared(
                        name,
                        before == null ? 1 : before.revision() + 1,
                        versions,
                        new TreeMap<>(Map.of(ModelView.LATEST, next))));
        return CompletableFuture.completedStage(models.get(name).ref(next));
    }

    @Override
    public CompletionStage<Optional<ModelView>> show(String name) {
        return CompletableFuture.completedStage(find(name));
    }

    @Override
    public CompletionStage<ModelView> setAlias(String name, String alias, ModelVersion version) {
        return change(name, view -> {
            TreeMap<String, ModelVersion> aliases = new TreeMap<>(view.aliases());
            aliases.put(alias, version);
            return ModelView.unshared(name, view.revision() + 1, view.versions(), aliases);
        });
    }

    @Override
    public CompletionStage<ModelView> split(String name, String alias, Split split) {
        return change(name, view -> {
            TreeMap<String, ModelVersion> aliases = new TreeMap<>(view.aliases());
            aliases.put(alias, split.heaviest());
            TreeMap<String, Split> splits = new TreeMap<>(view.splits());
            splits.put(alias, split);
            return new ModelView(name, view.revision() + 1, view.versions(), aliases, splits);
        });
    }

    @Override
    public CompletionStage<ModelView> rollback(String name, String alias) {
        return change(name, view -> {
            TreeMap<String, ModelVersion> aliases = new TreeMap<>(view.aliases());
            if (aliases.remove(alias) == null) {
                throw new RefusedException(ErrorCode.NOT_FOUND, "no alias \"" + alias + "\"");
            }
            return ModelView.unshared(name, view.revision() + 1, view.versions(), aliases);
        });
    }

    @Override
    public CompletionStage<ModelView> setEnabled(String name, ModelVersion version, boolean enabled) {
        return change(name, view -> {
            TreeMap<ModelVersion, ModelView.Registered> versions = new TreeMap<>(view.versions());
            ModelView.Registered old = versions.get(version);
            versions.put(version, new ModelView.Registered(old.contentId(), old.sizeBytes(), old.spec(), enabled));
            return ModelView.unshared(name, view.revision() + 1, versions, view.aliases());
        });
    }

    @Override
    public CompletionStage<ModelView> remove(String name, Optional<ModelVersion> version) {
        return change(name, view -> {
            TreeMap<ModelVersion, ModelView.Registered> versions = new TreeMap<>(view.versions());
            version.ifPresentOrElse(versions::remove, versions::clear);
            return ModelView.unshared(name, view.revision() + 1, versions, new TreeMap<>());
        });
    }

    private CompletionStage<ModelView> change(String name, Function<ModelView, ModelView> change) {
        try {
            ModelView view = find(name).orElseThrow(() -> Models.unknown(name));
            ModelView changed = change.apply(view);
            models.put(name, changed);
            return CompletableFuture.completedStage(changed);
        } catch (RefusedException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    @Override
    public Blob put(InputStream bytes, long limit) throws IOException {
        byte[] all = bytes.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, limit + 1));
        if (all.length > limit) {
            throw new RefusedException(ErrorCode.TOO_LARGE, "over " + limit + " bytes");
        }
        Bytes content = Bytes.wrap(all);
        Digest id = Digest.sha256(content);
        blobs.put(id, content);
        return new Blob(id, all.length);
    }

    @Override
    public Optional<Long> size(Digest id) {
        return Optional.ofNullable(blobs.get(id)).map(bytes -> (long) bytes.length());
    }

    @Override
    public void delete(Digest id) {
        blobs.remove(id);
    }

    @Override
    public void fetch(Digest id, Path target) throws IOException {
        Files.write(target, blobs.get(id).toArray());
    }
}
