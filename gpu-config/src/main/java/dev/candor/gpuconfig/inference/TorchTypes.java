package dev.candor.gpuconfig.inference;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.DataType;
import java.util.Optional;

/** Datatypes of the protocol and those of DJL's PyTorch engine. */
final class TorchTypes {
    private TorchTypes() {}

    /** The engine's type; a refusal with INVALID_MODEL, which names the tensor, where PyTorch computes with no such type. */
    static ai.djl.ndarray.types.DataType require(DataType type, String tensor) {
        return find(type)
                .orElseThrow(() -> new RefusedException(
                        ErrorCode.INVALID_MODEL,
                        "tensor \"" + tensor + "\" has the datatype " + type
                                + ", with which PyTorch does not compute; use one of"
                                + " BOOL, UINT8, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64"));
    }

    /** The protocol's name for one of the engine's types, for sentences. */
    static String name(ai.djl.ndarray.types.DataType type) {
        for (DataType each : DataType.values()) {
            if (find(each).filter(type::equals).isPresent()) {
                return each.name();
            }
        }
        return type.name();
    }

    private static Optional<ai.djl.ndarray.types.DataType> find(DataType type) {
        return switch (type) {
            case BOOL -> Optional.of(ai.djl.ndarray.types.DataType.BOOLEAN);
            case UINT8 -> Optional.of(ai.djl.ndarray.types.DataType.UINT8);
            case INT8 -> Optional.of(ai.djl.ndarray.types.DataType.INT8);
            case INT16 -> Optional.of(ai.djl.ndarray.types.DataType.INT16);
            case INT32 -> Optional.of(ai.djl.ndarray.types.DataType.INT32);
            case INT64 -> Optional.of(ai.djl.ndarray.types.DataType.INT64);
            case FP16 -> Optional.of(ai.djl.ndarray.types.DataType.FLOAT16);
            case BF16 -> Optional.of(ai.djl.ndarray.types.DataType.BFLOAT16);
            case FP32 -> Optional.of(ai.djl.ndarray.types.DataType.FLOAT32);
            case FP64 -> Optional.of(ai.djl.ndarray.types.DataType.FLOAT64);
            case UINT16, UINT32, UINT64, BYTES -> Optional.empty();
        };
    }
}
