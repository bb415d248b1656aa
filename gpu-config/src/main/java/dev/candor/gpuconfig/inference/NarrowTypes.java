package dev.candor.gpuconfig.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The 16-bit types that libtorch has and DJL's native code has not: asked for one of them it ends the process (a C++ {@code throw} with
 * nothing to rethrow). Their tensors are therefore made as FP16 and reinterpreted by a TorchScript module of our own, in one more call.
 * Confined to the thread of its backend.
 */
final class NarrowTypes {
    /** PyTorch's numbers of types (c10/core/ScalarType.h). */
    enum Narrow {
        INT16(2),
        BF16(15);

        private final long scalarType;

        Narrow(long scalarType) {
            this.scalarType = scalarType;
        }
    }

    private static final long FP16 = 5;
    private static final Map<String, String> ARCHIVE = Map.of(
            "casts/code/__torch__.py",
            """
            class Casts(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def forward(self: __torch__.Casts,
                x: Tensor,
                type: int) -> Tensor:
                return torch.view_copy(x, dtype=type)
              def kind(self: __torch__.Casts,
                x: Tensor) -> int:
                return ops.prim.dtype(x)
            """,
            // Protocol 2: an object whose state is {"training": False}; an empty tuple of constants.
            "casts/data.pkl",
            "\u0080\u0002c__torch__\nCasts\n)\u0081}(X\b\0\0\0training\u0089ub.",
            "casts/constants.pkl",
            "\u0080\u0002).",
            "casts/version",
            "3\n");

    private final PtSymbolBlock module;

    /** Loads the module into {@code owner}, with which it is closed. */
    NarrowTypes(PtNDManager owner) {
        try {
            module = JniUtils.loadModule(owner, new ByteArrayInputStream(archive()), true, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The array's bytes, made as FP16, as this type. */
    PtNDArray as(Narrow type, PtNDArray array, PtNDManager batch) {
        return view(array, type.scalarType, batch);
    }

    /** The array's bytes as FP16, so that DJL can read them. */
    PtNDArray asFp16(NDArray array, PtNDManager batch) {
        return view((PtNDArray) array, FP16, batch);
    }

    /** Whether the array, whose type DJL cannot tell, has this one. */
    boolean is(Narrow type, NDArray array) {
        try (IValue argument = IValue.from((PtNDArray) array);
                IValue kind = IValueUtils.runMethod(module, "kind", argument)) {
            return kind.toLong() == type.scalarType;
        }
    }

    private PtNDArray view(PtNDArray array, long scalarType, PtNDManager batch) {
        try (IValue argument = IValue.from(array);
                IValue type = IValue.from(scalarType);
                IValue result = IValueUtils.runMethod(module, "forward", argument, type)) {
            return result.toTensor(batch);
        }
    }

    private static byte[] archive() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> each : ARCHIVE.entrySet()) {
                byte[] content = each.getValue().getBytes(StandardCharsets.ISO_8859_1);
                CRC32 crc = new CRC32();
                crc.update(content);
                ZipEntry entry = new ZipEntry(each.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(content);
            }
        }
        return bytes.toByteArray();
    }
}
