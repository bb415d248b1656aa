package dev.candor.gpuconfig.inference;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.gpuconfig.inference.NarrowTypes.Narrow;
import java.util.Optional;

/** Datatypes of the protocol and those of libtorch. */
final class TorchTypes {
    private TorchTypes() {}

    /**
     * How a type is handed to libtorch.
     *
     * @param engine what DJL makes
     * @param narrow what it is then reinterpreted as, for types that DJL cannot make
     */
    record TorchType(ai.djl.ndarray.types.DataType engine, Optional<Narrow> narrow) {}

    /** The type of a tensor; a refusal with INVALID_MODEL, which names the tensor, where PyTorch computes with no such type. */
    static TorchType require(TensorSpec tensor) {
        return find(tensor.datatype())
                .orElseThrow(() -> new RefusedException(
                        ErrorCode.INVALID_MODEL,
                        "tensor \"" + tensor.name() + "\" has the datatype " + tensor.datatype()
                                + ", with which PyTorch does not compute; use one of BOOL, UINT8, INT8, INT16, INT32, INT64,"
                                + " FP16, BF16, FP32, FP64"));
    }

    /** The protocol's name for a type that DJL tells of, for sentences. */
    static String name(ai.djl.ndarray.types.DataType type) {
        for (DataType each : DataType.values()) {
            Optional<TorchType> known = find(each);
            if (known.isPresent()
                    && known.get().narrow().isEmpty()
                    && known.get().engine() == type) {
                return each.name();
            }
        }
        return "another type";
    }

    private static Optional<TorchType> find(DataType type) {
        return switch (type) {
            case BOOL -> plain(ai.djl.ndarray.types.DataType.BOOLEAN);
            case UINT8 -> plain(ai.djl.ndarray.types.DataType.UINT8);
            case INT8 -> plain(ai.djl.ndarray.types.DataType.INT8);
            case INT16 -> narrow(Narrow.INT16);
            case INT32 -> plain(ai.djl.ndarray.types.DataType.INT32);
            case INT64 -> plain(ai.djl.ndarray.types.DataType.INT64);
            case FP16 -> plain(ai.djl.ndarray.types.DataType.FLOAT16);
            case BF16 -> narrow(Narrow.BF16);
            case FP32 -> plain(ai.djl.ndarray.types.DataType.FLOAT32);
            case FP64 -> plain(ai.djl.ndarray.types.DataType.FLOAT64);
            case UINT16, UINT32, UINT64, BYTES -> Optional.empty();
        };
    }

    private static Optional<TorchType> plain(ai.djl.ndarray.types.DataType type) {
        return Optional.of(new TorchType(type, Optional.empty()));
    }

    private static Optional<TorchType> narrow(Narrow type) {
        return Optional.of(new TorchType(ai.djl.ndarray.types.DataType.FLOAT16, Optional.of(type)));
    }
}
