package dev.candor.gpuconfig.inference;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import dev.candor.gpuconfig.device.DeviceId;
import dev.candor.gpuconfig.device.DeviceProfile;
import dev.candor.gpuconfig.device.DeviceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * libtorch in this process. There is one a process, with one setting of threads, so the first start decides and a later one with other
 * settings is refused. Nothing is ever downloaded: DJL runs offline and without usage reports. Thread-safe.
 */
public final class TorchEngine {
    private static final Logger log = LoggerFactory.getLogger(TorchEngine.class);
    private static final String NAME = "PyTorch";
    private static final String PINNED = "2.7.1";

    private static @Nullable TorchEngine running;

    private final int threads;
    private final boolean graphOptimizer;
    private final Engine engine;

    private TorchEngine(int threads, boolean graphOptimizer, Engine engine) {
        this.threads = threads;
        this.graphOptimizer = graphOptimizer;
        this.engine = engine;
    }

    /**
     * Starts libtorch, or returns the one that runs.
     *
     * @throws EngineUnavailableException where there is no build of it for this machine, its folder cannot be written, or it runs with
     *     other settings
     */
    public static synchronized TorchEngine start(DeviceSettings settings, DeviceProfile profile) {
        TorchEngine engine = running;
        if (engine == null) {
            engine = load(settings, profile.threads());
            running = engine;
        }
        if (engine.threads != profile.threads() || engine.graphOptimizer != settings.graphOptimizer()) {
            throw new EngineUnavailableException(
                    "libtorch runs in this process already with " + engine.threads + " threads and graph-optimizer = "
                            + engine.graphOptimizer + "; start another process for other settings",
                    null);
        }
        return engine;
    }

    /** Version of libtorch. */
    public String version() {
        return engine.getVersion();
    }

    /** A memory manager on the device; the caller closes it. */
    PtNDManager manager(DeviceId device) {
        if (NDManager.newBaseManager(DeviceCare.target(device), NAME) instanceof PtNDManager manager) {
            return manager;
        }
        throw new EngineUnavailableException(
                "DJL's engine " + NAME + " is not its own PyTorch engine; remove other engines", null);
    }

    /** Settings that libtorch keeps for each thread: to be made on every thread that runs models. */
    void prepareThread() {
        JniUtils.setGradMode(false);
        JniUtils.setGraphExecutorOptimize(graphOptimizer);
    }

    private static TorchEngine load(DeviceSettings settings, int threads) {
        Path folder = settings.nativeFolder().orElseGet(TorchEngine::userFolder);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
        if (!Files.isWritable(folder)) {
            throw unwritable(folder, null);
        }
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("DJL_CACHE_DIR", folder.toString());
        System.setProperty("ENGINE_CACHE_DIR", folder.toString());
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.pytorch.graph_optimizer", Boolean.toString(settings.graphOptimizer()));
        requireNatives();
        try {
            Engine engine = Engine.getEngine(NAME);
            log.info("libtorch {} in {}, {} thread(s) an operator", engine.getVersion(), folder, threads);
            return new TorchEngine(threads, settings.graphOptimizer(), engine);
        } catch (RuntimeException | LinkageError e) {
            throw new EngineUnavailableException(
                    "libtorch " + PINNED + " could not be loaded from " + folder + ": " + e.getMessage()
                            + "; delete the folder if an earlier start was cut off, and check that it is not mounted noexec",
                    e);
        }
    }

    private static void requireNatives() {
        String override = Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH");
        if (override != null && !override.isEmpty()) {
            return;
        }
        Platform platform = Platform.detectPlatform("pytorch");
        if (platform.isPlaceholder()) {
            String classifier = platform.getOsPrefix() + "-" + platform.getOsArch();
            throw new EngineUnavailableException(
                    "there is no libtorch for " + classifier + " on the class path: only linux-x86_64 is bundled. Add"
                            + " ai.djl.pytorch:pytorch-native-cpu:" + PINNED + ":" + classifier
                            + " (published for win-x86_64, osx-aarch64 and linux-aarch64), or set PYTORCH_LIBRARY_PATH to a folder with"
                            + " libtorch " + PINNED + " and PYTORCH_VERSION=" + PINNED,
                    null);
        }
    }

    private static Path userFolder() {
        return Path.of(System.getProperty("user.home", "."), ".cache", "candor").toAbsolutePath();
    }

    private static EngineUnavailableException unwritable(Path folder, @Nullable IOException cause) {
        return new EngineUnavailableException(
                "native libraries cannot be unpacked into " + folder
                        + "; set candor.executor.native-folder to a folder that can be" + " written",
                cause);
    }
}
