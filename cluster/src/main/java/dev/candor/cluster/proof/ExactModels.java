package dev.candor.cluster.proof;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ExactArithmetic;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.blob.BlobStore;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.InvalidNetworkException;
import dev.candor.proving.network.NetworkArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The integer networks of registered models, out of the very files that executors load. The calls block; thread-safe. */
public final class ExactModels {
    private static final int KEPT = 16;

    private final BlobStore blobs;

    private final Map<Digest, NetworkArchive.Content> kept = new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, NetworkArchive.Content> eldest) {
            return size() > KEPT;
        }
    };

    /** Models whose files are in {@code blobs}. */
    public ExactModels(BlobStore blobs) {
        this.blobs = blobs;
    }

    /**
     * What will be registered of a file: its specification, with the arithmetic of the integer network that it carries, if any.
     *
     * @throws RefusedException INVALID_MODEL where file and specification contradict each other
     */
    public static ModelSpec complete(Path file, ModelSpec spec) throws IOException {
        Optional<NetworkArchive.Content> content = read(file);
        if (content.isEmpty()) {
            if (spec.exact().isPresent()) {
                throw invalid("the specification says \"exact\", but the file carries no integer network; register the"
                        + " network.pt that `candor model compile` wrote");
            }
            return spec;
        }
        ModelSpec complete = specification(content.get(), spec);
        if (spec.exact().isPresent() && !spec.equals(complete)) {
            throw invalid(
                    "\"exact\" in the specification is not what the file says; leave it out, the node fills it in");
        }
        return complete;
    }

    private static ModelSpec specification(NetworkArchive.Content content, ModelSpec spec) {
        Architecture architecture = content.network().architecture();
        require("input", spec.inputs(), DataType.FP32, architecture.input().shape());
        require(
                "output",
                spec.outputs(),
                content.wideOutput() ? DataType.FP64 : DataType.FP32,
                architecture.shape(architecture.output()));
        return spec.exactly(arithmetic(architecture));
    }

    /** The numbers that a network takes and gives. */
    public static ExactArithmetic arithmetic(Architecture architecture) {
        Architecture.Input input = architecture.input();
        return new ExactArithmetic(
                input.range().low(), input.range().high(), input.scale(), architecture.outputScale());
    }

    private static void require(
            String what, java.util.List<TensorSpec> specs, DataType type, dev.candor.proving.network.Shape shape) {
        Shape batched = batched(shape);
        if (specs.size() != 1
                || specs.getFirst().datatype() != type
                || !specs.getFirst().shape().equals(batched)) {
            throw invalid("the file carries an integer network, which has one " + what + " of " + type + batched
                    + "; the specification says " + specs);
        }
    }

    /** A shape behind a batch of any size. */
    public static Shape batched(dev.candor.proving.network.Shape shape) {
        long[] sizes = new long[shape.rank() + 1];
        sizes[0] = -1;
        for (int i = 0; i < shape.rank(); i++) {
            sizes[i + 1] = shape.size(i);
        }
        return Shape.of(sizes);
    }

    /** The network of a file, if it carries one; {@link RefusedException} with INVALID_MODEL where it is not the file of that network. */
    static Optional<NetworkArchive.Content> read(Path file) throws IOException {
        try {
            return NetworkArchive.read(file);
        } catch (InvalidNetworkException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    /**
     * The network of a registered exact model.
     *
     * @throws IOException where its file cannot be had, or is none of an exact model
     */
    IntegerNetwork network(Digest contentId) throws IOException {
        synchronized (kept) {
            NetworkArchive.Content known = kept.get(contentId);
            if (known != null) {
                return known.network();
            }
        }
        Path folder = Files.createTempDirectory("candor-exact-");
        Path copy = folder.resolve("network.pt");
        try {
            blobs.fetch(contentId, copy);
            NetworkArchive.Content content = NetworkArchive.read(copy)
                    .orElseThrow(() -> new IOException("the model " + contentId + " is not an exact one"));
            synchronized (kept) {
                kept.put(contentId, content);
            }
            return content.network();
        } catch (InvalidNetworkException e) {
            throw new IOException("the model " + contentId + " is not an exact one: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(copy);
            Files.deleteIfExists(folder);
        }
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_MODEL, sentence);
    }
}
