package dev.candor.gpuconfig.inference;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import dev.candor.actors.backend.InferenceBackend;
import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.gpuconfig.device.BatchLadder;
import dev.candor.gpuconfig.device.DeviceProfile;
import dev.candor.gpuconfig.device.DeviceSettings;
import dev.candor.gpuconfig.device.Precision;
import dev.candor.gpuconfig.torchscript.TorchScriptInspector;
import dev.candor.torchscript.Inspection;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One device driven by DJL's PyTorch engine. Files are inspected before libtorch sees them. All calls, {@link #close} included, come from
 * one platform thread; libtorch keeps settings and caches for each thread.
 */
public final class DjlBackend implements InferenceBackend {
    private static final Logger log = LoggerFactory.getLogger(DjlBackend.class);
    private static final String[] NO_EXTRA_FILES = {};

    private final DeviceProfile profile;
    private final long maxBatchBytes;
    private final TorchEngine engine;
    private final DeviceCare care;
    private final TorchScriptInspector inspector;
    private final PtNDManager manager;
    private final NarrowTypes narrowTypes;
    private final Set<DjlModel> models = new HashSet<>();
    private long preparedThread = -1;

    private DjlBackend(DeviceProfile profile, DeviceSettings settings, TorchEngine engine) {
        this.profile = profile;
        this.maxBatchBytes = settings.maxBatchBytes();
        this.engine = engine;
        this.care = DeviceCare.of(profile.id(), JniUtils::emptyCudaCache);
        this.inspector = new TorchScriptInspector(settings.inspection());
        this.manager = engine.manager(profile.id());
        this.narrowTypes = new NarrowTypes(manager);
    }

    /**
     * Opens the device of {@code profile}, and starts libtorch if it does not run yet (0.6 s, on a machine's first start 3 s).
     *
     * @throws EngineUnavailableException where libtorch cannot be used here
     */
    public static DjlBackend open(DeviceProfile profile, DeviceSettings settings) {
        DjlBackend backend = new DjlBackend(profile, settings, TorchEngine.start(settings, profile));
        backend.warnings().forEach(warning -> log.warn("{}: {}", profile.id(), warning));
        return backend;
    }

    @Override
    public String device() {
        return profile.id().toString();
    }

    @Override
    public long memoryBudget() {
        return profile.memoryBudget();
    }

    @Override
    public LoadedModel load(Path file, ModelSpec spec) {
        prepareThread();
        requireServable(spec);
        Inspection inspection = inspector.inspect(file);
        BatchLadder ladder = profile.ladder().upTo(spec.batching().maxBatchSize());
        PtNDManager owner = newManager();
        DjlModel model;
        try {
            PtSymbolBlock module = JniUtils.loadModule(
                    owner, file.toAbsolutePath(), care.mapsLocation(), NO_EXTRA_FILES, NO_EXTRA_FILES, false);
            JniUtils.enableInferenceMode(module);
            model = new DjlModel(spec, ladder, owner, module, narrowTypes, inspection.weightBytes(), maxBatchBytes);
        } catch (ai.djl.engine.EngineException e) {
            owner.close();
            throw new RefusedException(
                    ErrorCode.INVALID_MODEL,
                    "libtorch " + engine.version() + " cannot load the model: " + Sentences.of(e)
                            + "; save it with torch.jit.save of a PyTorch that is not much newer");
        }
        return warmedUp(model, inspection);
    }

    private LoadedModel warmedUp(DjlModel model, Inspection inspection) {
        boolean ready = false;
        try {
            WarmUp.run(model);
            ready = true;
        } finally {
            if (!ready) {
                model.close();
            }
        }
        log.info(
                "loaded {} on {}: {} weights, batches of {}, {} bytes",
                inspection.model(),
                device(),
                inspection.weights(),
                model.ladder().rungs(),
                model.memory());
        models.add(model);
        return new Confined(model);
    }

    /** What is known to be amiss with this device, as sentences. */
    public List<String> warnings() {
        return care.warnings(profile.precision(), System.getenv().getOrDefault(Precision.OVERRIDE, ""));
    }

    /** A manager on this device; the caller closes it. */
    PtNDManager newManager() {
        return manager.newSubManager(manager.getDevice());
    }

    /** Arrays that nobody closed; none while no batch runs. */
    int liveArrays() {
        return manager.getManagedArrays().size();
    }

    private static void requireServable(ModelSpec spec) {
        for (TensorSpec tensor :
                Stream.of(spec.inputs(), spec.outputs()).flatMap(List::stream).toList()) {
            TorchTypes.require(tensor);
            if (tensor.shape().at(0) != -1) {
                throw new RefusedException(
                        ErrorCode.INVALID_MODEL,
                        "tensor \"" + tensor.name() + "\" has the shape " + tensor.shape()
                                + "; its first dimension is the batch and must be -1");
            }
        }
    }

    private void prepareThread() {
        long thread = Thread.currentThread().threadId();
        if (thread != preparedThread) {
            engine.prepareThread();
            preparedThread = thread;
        }
    }

    @Override
    public void close() {
        models.forEach(DjlModel::close);
        models.clear();
        manager.close();
    }

    /** Makes libtorch's settings on the thread that runs the model, should it not be the one that loaded it. */
    private final class Confined implements LoadedModel {
        private final DjlModel model;

        private Confined(DjlModel model) {
            this.model = model;
        }

        @Override
        public long memory() {
            return model.memory();
        }

        @Override
        public List<BatchOutput> run(List<List<Tensor>> requests, int[] items) {
            prepareThread();
            return model.run(requests, items);
        }

        @Override
        public void close() {
            model.close();
            models.remove(model);
            care.unloaded();
        }
    }
}
