package dev.candor.proving.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.candor.proving.network.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Tensors of ONNX files: raw little-endian bytes, or lists of numbers. */
final class OnnxTensors {
    private OnnxTensors() {}

    static FloatTensor read(TensorProto tensor) {
        String place = "tensor " + OnnxReader.shown(tensor.getName());
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            throw UnsupportedModelException.at("external data", place, "is not supported; save the model in one file");
        }
        List<Integer> shape = new ArrayList<>();
        long elements = 1;
        for (long size : tensor.getDimsList()) {
            if (size < 0 || size > Shape.MOST_ELEMENTS || elements * size > Shape.MOST_ELEMENTS) {
                throw UnsupportedModelException.at("the shape", place, "has more than 2^26 elements");
            }
            elements *= size;
            shape.add((int) size);
        }
        TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
        if (type == null) {
            throw UnsupportedModelException.at("the type", place, "is unknown");
        }
        double[] values = tensor.hasRawData() ? raw(tensor, type, place) : listed(tensor, type, place);
        if (values.length != elements) {
            throw UnsupportedModelException.at(
                    "the data", place, "holds " + values.length + " elements of " + elements);
        }
        return FloatTensor.of(shape, values);
    }

    private static double[] raw(TensorProto tensor, TensorProto.DataType type, String place) {
        ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        int size = switch (type) {
            case DOUBLE, INT64 -> 8;
            case FLOAT, INT32 -> 4;
            case FLOAT16, BFLOAT16 -> 2;
            default -> throw unsupported(type, place);
        };
        double[] values = new double[bytes.remaining() / size];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type) {
                case DOUBLE -> bytes.getDouble();
                case INT64 -> bytes.getLong();
                case FLOAT -> bytes.getFloat();
                case INT32 -> bytes.getInt();
                case FLOAT16 -> Float.float16ToFloat(bytes.getShort());
                case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort() << 16);
                default -> throw unsupported(type, place);
            };
        }
        return values;
    }

    private static double[] listed(TensorProto tensor, TensorProto.DataType type, String place) {
        return switch (type) {
            case DOUBLE ->
                tensor.getDoubleDataList().stream().mapToDouble(d -> d).toArray();
            case FLOAT -> tensor.getFloatDataList().stream().mapToDouble(f -> f).toArray();
            case INT64 -> tensor.getInt64DataList().stream().mapToDouble(l -> l).toArray();
            case INT32 -> tensor.getInt32DataList().stream().mapToDouble(i -> i).toArray();
            case FLOAT16 ->
                tensor.getInt32DataList().stream()
                        .mapToDouble(i -> Float.float16ToFloat((short) (int) i))
                        .toArray();
            default -> throw unsupported(type, place);
        };
    }

    private static UnsupportedModelException unsupported(TensorProto.DataType type, String place) {
        return UnsupportedModelException.at("the type " + type, place, "is not supported; store weights as float");
    }
}
