package dev.candor.gpuconfig.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.gpuconfig.device.DeviceProfile;
import dev.candor.gpuconfig.device.DeviceSettings;
import dev.candor.gpuconfig.language.LanguageDescription;
import dev.candor.gpuconfig.language.LanguageDescription.Kind;
import dev.candor.gpuconfig.language.SequenceModel;
import dev.candor.gpuconfig.torchscript.TorchScriptInspector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text model over DJL's PyTorch engine. Its cache of keys and values, float32 of the shape [layers, 2, rows, heads, context, head size], stays in the device's
 * memory, and the module changes it in place. The rows of a step are padded to the next multiple of {@value #ROWS_STEP} and the keys looked at to one of
 * {@value #KEYS_STEP}: few shapes, and the same arithmetic for a sequence whoever its neighbours are, as far as libtorch's kernels allow.
 */
public final class TorchSequenceModel implements SequenceModel {
    private static final String[] NO_EXTRA_FILES = {};
    private static final int ROWS_STEP = 8;
    private static final int KEYS_STEP = 64;

    private final String device;
    private final LanguageDescription description;
    private final PtNDManager manager;
    private final PtSymbolBlock module;
    private final PtNDArray cache;
    private final int rows;

    private TorchSequenceModel(
            String device,
            LanguageDescription description,
            PtNDManager manager,
            PtSymbolBlock module,
            PtNDArray cache,
            int rows) {
        this.device = device;
        this.description = description;
        this.manager = manager;
        this.module = module;
        this.cache = cache;
        this.rows = rows;
    }

    /**
     * Inspects and loads a file, and runs it once.
     *
     * @param rows sequences at once
     * @throws RefusedException with INVALID_MODEL where the file is no model of this description
     * @throws EngineUnavailableException where libtorch cannot be used here
     */
    public static TorchSequenceModel open(
            Path file, LanguageDescription description, DeviceProfile profile, DeviceSettings settings, int rows) {
        if (!(description.kind() instanceof Kind.Text(int layers, int heads, int headSize))) {
            throw new RefusedException(ErrorCode.INVALID_MODEL, file.getFileName() + " holds no text model");
        }
        new TorchScriptInspector(settings.inspection()).inspect(file);
        TorchEngine engine = TorchEngine.start(settings, profile);
        engine.prepareThread();
        PtNDManager manager = engine.manager(profile.id());
        int padded = padded(rows, ROWS_STEP);
        try {
            DeviceCare care = DeviceCare.of(profile.id(), JniUtils::emptyCudaCache);
            PtSymbolBlock module = JniUtils.loadModule(
                    manager, file.toAbsolutePath(), care.mapsLocation(), NO_EXTRA_FILES, NO_EXTRA_FILES, false);
            JniUtils.enableInferenceMode(module);
            PtNDArray cache = (PtNDArray) manager.zeros(
                    new Shape(layers, 2, padded, heads, description.context(), headSize), DataType.FLOAT32);
            TorchSequenceModel model =
                    new TorchSequenceModel(profile.id().toString(), description, manager, module, cache, padded);
            var _ = model.read(0, new int[] {0, 1}, 0);
            var _ = model.step(new int[] {2}, new int[] {2});
            return model;
        } catch (RuntimeException e) {
            manager.close();
            throw e instanceof RefusedException refused
                    ? new RefusedException(
                            ErrorCode.INVALID_MODEL, refused.refusal().sentence())
                    : new RefusedException(
                            ErrorCode.INVALID_MODEL,
                            "libtorch cannot load " + file.getFileName() + ": " + Sentences.of(e));
        }
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public float[] read(int row, int[] tokens, int past) {
        return forward(longs(tokens, tokens.length), 1, new long[] {past}, row, past + tokens.length)
                .getFirst();
    }

    @Override
    public List<float[]> step(int[] tokens, int[] past) {
        int padded = padded(tokens.length, ROWS_STEP);
        int most = Arrays.stream(past).max().orElse(0);
        return forward(longs(tokens, padded), padded, longs(past, padded), 0, most + 1)
                .subList(0, tokens.length);
    }

    @Override
    public void move(int from, int to) {
        try (PtNDManager batch = manager.newSubManager(manager.getDevice())) {
            PtNDArray rows = array(batch, new long[] {from, to}, new Shape(2));
            var _ = ForwardPass.run(module, "move", batch, List.of(rows, cache), List.of());
        } catch (ai.djl.engine.EngineException e) {
            throw failed(e);
        }
    }

    /** One call; tokens of {@code count} rows from {@code first} on, all of the same number. */
    private List<float[]> forward(long[] tokens, int count, long[] past, int first, int keys) {
        int window = Math.min(description.context(), padded(keys, KEYS_STEP));
        if (first + count > rows || keys > description.context()) {
            throw new IllegalArgumentException(count + " rows from " + first + " with " + keys + " keys");
        }
        try (PtNDManager batch = manager.newSubManager(manager.getDevice())) {
            List<NDArray> outputs = ForwardPass.run(
                    module,
                    batch,
                    List.of(
                            array(batch, tokens, new Shape(count, tokens.length / count)),
                            array(batch, past, new Shape(count)),
                            array(batch, new long[] {first, window}, new Shape(2)),
                            cache),
                    List.of());
            float[] all = outputs.getFirst().toFloatArray();
            if (all.length != count * description.vocabulary()) {
                throw new RefusedException(
                        ErrorCode.EXECUTION_FAILED,
                        "the model returned " + all.length + " logits for " + count + " sequences");
            }
            List<float[]> rows = new ArrayList<>(count);
            for (int row = 0; row < count; row++) {
                float[] logits =
                        Arrays.copyOfRange(all, row * description.vocabulary(), (row + 1) * description.vocabulary());
                requireFinite(logits);
                rows.add(logits);
            }
            return rows;
        } catch (ai.djl.engine.EngineException e) {
            throw failed(e);
        }
    }

    private static PtNDArray array(PtNDManager batch, long[] values, Shape shape) {
        return (PtNDArray) batch.create(values, shape);
    }

    private static void requireFinite(float[] logits) {
        for (float each : logits) {
            if (!Float.isFinite(each)) {
                throw new RefusedException(ErrorCode.EXECUTION_FAILED, "the model returned a logit of " + each);
            }
        }
    }

    private static RefusedException failed(RuntimeException e) {
        return new RefusedException(ErrorCode.EXECUTION_FAILED, "the model failed: " + Sentences.of(e));
    }

    private static long[] longs(int[] values, int length) {
        long[] longs = new long[length];
        for (int i = 0; i < values.length; i++) {
            longs[i] = values[i];
        }
        return longs;
    }

    private static int padded(int count, int step) {
        return (count + step - 1) / step * step;
    }

    @Override
    public void close() {
        cache.close();
        module.close();
        manager.close();
    }
}
