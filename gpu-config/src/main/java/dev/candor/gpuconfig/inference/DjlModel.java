package dev.candor.gpuconfig.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import dev.candor.actors.backend.LoadedModel;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.gpuconfig.device.BatchLadder;
import dev.candor.gpuconfig.inference.TorchTypes.TorchType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A TorchScript module with its input buffers. A batch is copied into the buffers request by request, padded with rows of zeros to the
 * next rung, wrapped as one array an input, run in one call, and read back once an output; all native objects of a batch belong to one
 * manager that is closed with it. Confined to one thread.
 */
final class DjlModel implements LoadedModel {
    private final ModelSpec spec;
    private final BatchLadder ladder;
    private final PtNDManager manager;
    private final PtSymbolBlock module;
    private final long weightBytes;
    private final List<TorchType> inputTypes;
    private final NarrowTypes narrowTypes;
    private final List<String> outputNames;
    private final OutputReader reader;
    private final List<BatchBuffer> buffers = new ArrayList<>();
    private long outputBytes;
    private boolean closed;

    /** A model over {@code module}, which belongs to {@code manager}; both are closed with it. */
    DjlModel(
            ModelSpec spec,
            BatchLadder ladder,
            PtNDManager manager,
            PtSymbolBlock module,
            NarrowTypes narrowTypes,
            long weightBytes,
            long maxBatchBytes) {
        this.spec = spec;
        this.ladder = ladder;
        this.manager = manager;
        this.module = module;
        this.weightBytes = weightBytes;
        this.inputTypes = spec.inputs().stream().map(TorchTypes::require).toList();
        this.narrowTypes = narrowTypes;
        this.outputNames = spec.outputs().stream().map(TensorSpec::name).toList();
        this.reader = new OutputReader(spec, narrowTypes);
        spec.inputs().forEach(input -> buffers.add(new BatchBuffer(input.name(), maxBatchBytes)));
    }

    @Override
    public long memory() {
        return weightBytes + buffers.stream().mapToLong(BatchBuffer::capacity).sum() + outputBytes;
    }

    @Override
    public List<BatchOutput> run(List<List<Tensor>> requests, int[] items) {
        int rows = 0;
        for (int count : items) {
            rows += count;
        }
        if (requests.isEmpty() || requests.size() != items.length || rows < 1) {
            throw new IllegalArgumentException("a batch has at least one request, and a number of rows for each");
        }
        int rung = ladder.rungFor(rows);
        List<Shape> shapes = new ArrayList<>(spec.inputs().size());
        try {
            for (int i = 0; i < spec.inputs().size(); i++) {
                Shape shape = requests.getFirst().get(i).shape().withBatch(rung);
                fill(buffers.get(i).take(bytes(i, shape)), requests, i, items, shape);
                shapes.add(shape);
            }
            return forward(shapes, rows, rung);
        } catch (IllegalArgumentException
                | UnsupportedOperationException
                | OutputMismatchException
                | ai.djl.engine.EngineException e) {
            throw new RefusedException(
                    ErrorCode.EXECUTION_FAILED, "the model failed on this input: " + Sentences.of(e));
        }
    }

    /**
     * Runs zeros of these shapes.
     *
     * @throws OutputMismatchException where the outputs are not the specification's
     * @throws ai.djl.engine.EngineException where the model fails
     */
    void tryZeros(List<Shape> shapes, int rung) {
        for (int i = 0; i < shapes.size(); i++) {
            zero(buffers.get(i).take(bytes(i, shapes.get(i))));
        }
        forward(shapes, rung, rung);
    }

    ModelSpec spec() {
        return spec;
    }

    BatchLadder ladder() {
        return ladder;
    }

    private List<BatchOutput> forward(List<Shape> shapes, int rows, int rung) {
        try (PtNDManager batch = manager.newSubManager(manager.getDevice())) {
            List<PtNDArray> inputs = new ArrayList<>(shapes.size());
            for (int i = 0; i < shapes.size(); i++) {
                TorchType type = inputTypes.get(i);
                ByteBuffer data = buffers.get(i).take(bytes(i, shapes.get(i)));
                PtNDArray array = batch.create(
                        data, new ai.djl.ndarray.types.Shape(shapes.get(i).toArray()), type.engine());
                inputs.add(
                        type.narrow().isPresent() ? narrowTypes.as(type.narrow().get(), array, batch) : array);
            }
            List<NDArray> outputs = ForwardPass.run(module, batch, inputs, outputNames);
            List<BatchOutput> read = reader.read(outputs, rows, rung, batch);
            long taken = 0;
            for (BatchOutput output : read) {
                taken += output.itemBytes() * rung;
            }
            outputBytes = Math.max(outputBytes, taken);
            return read;
        }
    }

    private static void fill(ByteBuffer target, List<List<Tensor>> requests, int input, int[] items, Shape shape) {
        for (int i = 0; i < items.length; i++) {
            Tensor tensor = requests.get(i).get(input);
            if (!tensor.shape().equals(shape.withBatch(items[i]))) {
                throw new IllegalArgumentException("input \"" + tensor.name() + "\" of one request has the shape "
                        + tensor.shape() + " in a batch of items of " + shape + "; one batch holds items of one shape");
            }
            tensor.data().copyTo(target);
        }
        zero(target);
    }

    private static final byte[] ZEROS = new byte[1 << 13];

    private static void zero(ByteBuffer rest) {
        while (rest.hasRemaining()) {
            rest.put(ZEROS, 0, Math.min(ZEROS.length, rest.remaining()));
        }
    }

    private long bytes(int input, Shape shape) {
        try {
            return Math.multiplyExact(
                    shape.elements(), spec.inputs().get(input).datatype().size());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("a batch of shape " + shape + " is larger than any memory", e);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            module.close();
            manager.close();
            buffers.forEach(BatchBuffer::close);
        }
    }
}
