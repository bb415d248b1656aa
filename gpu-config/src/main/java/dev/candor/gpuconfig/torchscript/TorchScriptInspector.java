package dev.candor.gpuconfig.torchscript;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.torchscript.ArchiveInspector;
import dev.candor.torchscript.Inspection;
import dev.candor.torchscript.InspectionLimits;
import dev.candor.torchscript.InvalidModelException;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Decides whether a file may be given to libtorch, as {@link ArchiveInspector} does; every refusal is a {@link RefusedException} with
 * INVALID_MODEL. Instances are immutable and safe to share.
 */
public final class TorchScriptInspector {
    private final ArchiveInspector inspector;

    /** Inspects within {@code limits}. */
    public TorchScriptInspector(InspectionLimits limits) {
        this.inspector = new ArchiveInspector(limits);
    }

    /** Inspects a file; an {@link java.io.UncheckedIOException} where it cannot be read at all. */
    public Inspection inspect(Path file) {
        return refusing(() -> inspector.inspect(file));
    }

    /** Inspects a file's bytes. */
    public Inspection inspect(Bytes file) {
        return refusing(() -> inspector.inspect(file.asBuffer()));
    }

    private static Inspection refusing(Supplier<Inspection> inspection) {
        try {
            return inspection.get();
        } catch (InvalidModelException e) {
            throw new RefusedException(ErrorCode.INVALID_MODEL, e.sentence());
        }
    }
}
