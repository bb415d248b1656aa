package dev.candor.gpuconfig.torchscript;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.torchscript.ArchiveBuilder;
import dev.candor.torchscript.InspectionLimits;
import dev.candor.torchscript.Pickle;

/**
 * Whatever the bytes, an inspection ends with a verdict: nothing but a refusal is thrown, in bounded time and memory. The seeds come from
 * the shipped models and from what PyTorch saves; {@code scripts/long/fuzz} looks for new ones, otherwise each is tried
 * once.
 */
class InspectorFuzzTest {
    private static final TorchScriptInspector INSPECTOR = new TorchScriptInspector(InspectionLimits.DEFAULT);

    @FuzzTest(maxDuration = "10s")
    void wholeFiles(byte[] file) {
        inspect(file);
    }

    @FuzzTest(maxDuration = "10s")
    void pickles(byte[] pickle) {
        inspect(ArchiveBuilder.withTensor(Pickle.none(), new byte[16])
                .put("data.pkl", pickle)
                .bytes());
    }

    @FuzzTest(maxDuration = "10s")
    void code(byte[] code) {
        inspect(ArchiveBuilder.forward("x: Tensor) -> Tensor", "return x")
                .put("code/__torch__.py", code)
                .bytes());
    }

    @FuzzTest(maxDuration = "10s")
    void positions(byte[] pickle) {
        inspect(ArchiveBuilder.forward("x: Tensor) -> Tensor", "return x")
                .put("code/__torch__.py.debug_pkl", pickle)
                .bytes());
    }

    private static void inspect(byte[] file) {
        try {
            INSPECTOR.inspect(Bytes.wrap(file));
        } catch (RefusedException e) {
            if (e.refusal().sentence().isBlank()) {
                throw new AssertionError("a refusal without a sentence", e);
            }
        }
    }
}
