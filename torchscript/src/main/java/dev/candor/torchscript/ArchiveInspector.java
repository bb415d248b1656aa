package dev.candor.torchscript;

import dev.candor.torchscript.Archive.Entry;
import dev.candor.torchscript.CodeIndex.ClassDeclaration;
import dev.candor.torchscript.PickleValue.Storage;
import dev.candor.torchscript.PickleValue.TensorRef;
import dev.candor.torchscript.PickleValue.Tuple;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Decides whether a file may be given to libtorch. It reads the whole archive: directory and checksums, code, pickles; every refusal is
 * a {@link InvalidModelException} with a sentence that names the entry and what in it is wrong.
 *
 * <p>What passes is an archive of one module whose code only computes, whose tensors lie inside the file, and whose objects are of the
 * classes that its code declares. What it cannot promise: that the code ends in finite time or in little memory.
 *
 * <p>Instances are immutable and safe to share; memory and time are bounded by {@link InspectionLimits} and the file's size.
 */
public final class ArchiveInspector {
    private static final Pattern CODE =
            Pattern.compile("code(/[A-Za-z_][A-Za-z0-9_]*)+\\" + CodeNames.CODE + "(\\" + CodeNames.DEBUG + ")?");
    // Written by PyTorch, and not read when a model is loaded to be run.
    private static final Pattern UNREAD = Pattern.compile(
            "traced_inputs\\.pkl|traced_inputs/.*|extra/.*|\\.data/serialization_id|\\.format_version|\\.storage_alignment");
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,3}\n?");
    private static final String DATA = "data";
    private static final String CONSTANTS = "constants";
    private static final int MOST_SMALL_BYTES = 64;

    private final InspectionLimits limits;
    private final OperatorList operators;

    /** Inspects within {@code limits}. */
    public ArchiveInspector(InspectionLimits limits) {
        this.limits = limits;
        this.operators = new OperatorList(limits.extraOperators());
    }

    /** Inspects a file; an {@link UncheckedIOException} where it cannot be read at all. */
    public Inspection inspect(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return inspect(ByteSource.of(channel));
        } catch (EOFException e) {
            throw InvalidModelException.because("the model file ends early: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the model file " + file, e);
        }
    }

    /** Inspects a file's bytes, which nobody may write to meanwhile. */
    public Inspection inspect(ByteBuffer file) {
        try {
            return inspect(ByteSource.of(file));
        } catch (IOException e) {
            throw InvalidModelException.because("the model file ends early: " + e.getMessage());
        }
    }

    private Inspection inspect(ByteSource source) throws IOException {
        Archive archive = Archive.open(source, limits);
        checkEntries(archive);
        CodeIndex code = readCode(archive);
        PickleGlobals constants = pickle(archive, code, CONSTANTS);
        PickleValue constant = read(archive, CONSTANTS, constants);
        if (!(constant instanceof Tuple(List<PickleValue> items, int _))
                || !items.stream().allMatch(TensorRef.class::isInstance)) {
            throw InvalidModelException.in(
                    CONSTANTS + ".pkl", "holds something other than tensors; save the model again");
        }
        PickleGlobals data = pickle(archive, code, DATA);
        ClassDeclaration model = StateCheck.check(DATA + ".pkl", read(archive, DATA, data), code);
        long weights = 0;
        long bytes = 0;
        for (Map<String, Storage> storages : List.of(constants.storages(), data.storages())) {
            for (Storage storage : storages.values()) {
                weights += storage.elements();
                bytes += storage.elements() * storage.type().size();
            }
        }
        for (Entry entry : archive.entries().values()) {
            if (holdsTensor(entry.name())) {
                archive.verifyStored(entry);
            }
        }
        return new Inspection(model.name(), weights, bytes, code.operators());
    }

    private void checkEntries(Archive archive) throws IOException {
        archive.require(DATA + ".pkl");
        archive.require(CONSTANTS + ".pkl");
        long codeBytes = 0;
        for (Entry entry : archive.entries().values()) {
            String name = entry.name();
            if (name.equals("version") || name.equals(".data/version")) {
                if (!VERSION.matcher(text(archive, entry)).matches()) {
                    throw InvalidModelException.in(name, "is no version number; save the model again");
                }
            } else if (name.equals("byteorder")) {
                if (!text(archive, entry).equals("little")) {
                    throw InvalidModelException.in(
                            name, "says that numbers are big-endian; save the model on a little-endian machine");
                }
            } else if (holdsTensor(name)) {
                if (entry.deflated()) {
                    throw InvalidModelException.in(
                            name, "is compressed; PyTorch stores tensors as they are: save the model again");
                }
            } else if (CODE.matcher(name).matches()) {
                codeBytes += entry.size();
            } else if (!name.equals(DATA + ".pkl")
                    && !name.equals(CONSTANTS + ".pkl")
                    && !UNREAD.matcher(name).matches()) {
                throw InvalidModelException.in(
                        name, "is no part of a TorchScript archive; save the model with torch.jit.save");
            }
        }
        if (codeBytes > limits.codeBytes()) {
            throw InvalidModelException.because("the model file holds " + codeBytes + " bytes of code; at most "
                    + limits.codeBytes() + " are accepted");
        }
    }

    private static boolean holdsTensor(String name) {
        return name.startsWith(DATA + "/") || name.startsWith(CONSTANTS + "/");
    }

    private CodeIndex readCode(Archive archive) throws IOException {
        CodeIndex index = new CodeIndex();
        for (Entry entry : archive.entries().values()) {
            if (!CODE.matcher(entry.name()).matches()) {
                continue;
            }
            byte[] bytes = archive.read(entry, limits.codeBytes());
            if (entry.name().endsWith(CodeNames.DEBUG)) {
                PickleGlobals none = new PickleGlobals(entry.name(), archive, index, "");
                DebugCheck.check(entry.name(), PickleReader.read(entry.name(), bytes, none, limits.pickleValues()));
            } else {
                CodeScanner.scan(entry.name(), bytes, index, operators);
            }
        }
        CodeChecks.check(index, operators);
        return index;
    }

    private static PickleGlobals pickle(Archive archive, CodeIndex code, String name) {
        return new PickleGlobals(name + ".pkl", archive, code, name + "/");
    }

    private PickleValue read(Archive archive, String name, PickleGlobals globals) throws IOException {
        String entry = name + ".pkl";
        byte[] bytes = archive.read(archive.require(entry), limits.pickleBytes());
        return PickleReader.read(entry, bytes, globals, limits.pickleValues());
    }

    private static String text(Archive archive, Entry entry) throws IOException {
        return new String(archive.read(entry, MOST_SMALL_BYTES), StandardCharsets.ISO_8859_1);
    }
}
