package dev.candor.cluster.grpc;

import com.google.protobuf.ByteString;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.protocol.inference.InferTensorContents;
import dev.candor.protocol.inference.ModelInferRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tensors of a {@link ModelInferRequest}, raw or typed, as little-endian bytes. */
final class GrpcTensors {
    private GrpcTensors() {}

    /** All inputs; what is wrong with one is an INVALID_TENSOR or INVALID_REQUEST that names it. */
    static List<Tensor> inputs(ModelInferRequest request) {
        int raw = request.getRawInputContentsCount();
        int count = request.getInputsCount();
        if (raw != 0 && raw != count) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "raw_input_contents has " + raw + " entries for " + count
                            + " inputs; it needs one an input, or none");
        }
        List<Tensor> tensors = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ModelInferRequest.InferInputTensor input = request.getInputs(i);
            if (raw != 0 && input.hasContents()) {
                throw new RefusedException(
                        ErrorCode.INVALID_REQUEST,
                        "input \"" + input.getName()
                                + "\" has contents beside raw_input_contents; send one of the two");
            }
            tensors.add(tensor(input, raw == 0 ? null : request.getRawInputContents(i)));
        }
        return tensors;
    }

    private static Tensor tensor(ModelInferRequest.InferInputTensor input, @Nullable ByteString raw) {
        String name = input.getName();
        DataType datatype = DataType.ofName(input.getDatatype())
                .orElseThrow(
                        () -> invalid(
                                name,
                                "has datatype \"" + input.getDatatype()
                                        + "\"; the protocol's datatypes are BOOL, UINT8 to UINT64, INT8 to INT64, FP16, BF16, FP32, FP64 and BYTES"));
        Shape shape = shape(input);
        Bytes data = raw != null ? Bytes.wrap(raw.toByteArray()) : contents(name, datatype, shape, input.getContents());
        try {
            return new Tensor(name, datatype, shape, data);
        } catch (IllegalArgumentException e) {
            throw invalid(name, "does not fit its shape: " + e.getMessage());
        }
    }

    private static Shape shape(ModelInferRequest.InferInputTensor input) {
        String name = input.getName();
        if (input.getShapeCount() > Shape.MAX_RANK) {
            throw invalid(
                    name, "has " + input.getShapeCount() + " dimensions; at most " + Shape.MAX_RANK + " are served");
        }
        long[] dimensions = new long[input.getShapeCount()];
        long elements = 1;
        for (int axis = 0; axis < dimensions.length; axis++) {
            dimensions[axis] = input.getShape(axis);
            if (dimensions[axis] < 0) {
                throw invalid(name, "has dimension " + dimensions[axis] + "; a request names every size");
            }
            try {
                elements = Math.multiplyExact(elements, dimensions[axis]);
                Math.multiplyExact(elements, 8L);
            } catch (ArithmeticException e) {
                throw invalid(name, "has a shape of more than 2^60 elements");
            }
        }
        return Shape.of(dimensions);
    }

    private static Bytes contents(String name, DataType datatype, Shape shape, InferTensorContents contents) {
        int count = switch (datatype) {
            case BOOL -> contents.getBoolContentsCount();
            case INT8, INT16, INT32 -> contents.getIntContentsCount();
            case INT64 -> contents.getInt64ContentsCount();
            case UINT8, UINT16, UINT32 -> contents.getUintContentsCount();
            case UINT64 -> contents.getUint64ContentsCount();
            case FP32 -> contents.getFp32ContentsCount();
            case FP64 -> contents.getFp64ContentsCount();
            case BYTES -> contents.getBytesContentsCount();
            case FP16, BF16 -> throw invalid(name, "is " + datatype + ", which only raw_input_contents can carry");
        };
        if (count != shape.elements()) {
            throw invalid(
                    name,
                    "has " + count + " elements in the contents of " + datatype + ", its shape " + shape + " needs "
                            + shape.elements());
        }
        if (datatype == DataType.BYTES) {
            return byteStrings(contents);
        }
        ByteBuffer out =
                ByteBuffer.allocate(Math.multiplyExact(count, datatype.size())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            put(name, datatype, contents, i, out);
        }
        return Bytes.wrap(out.array());
    }

    private static void put(String name, DataType datatype, InferTensorContents contents, int i, ByteBuffer out) {
        switch (datatype) {
            case BOOL -> out.put((byte) (contents.getBoolContents(i) ? 1 : 0));
            case INT8 ->
                out.put((byte) ranged(name, datatype, contents.getIntContents(i), Byte.MIN_VALUE, Byte.MAX_VALUE));
            case INT16 ->
                out.putShort(
                        (short) ranged(name, datatype, contents.getIntContents(i), Short.MIN_VALUE, Short.MAX_VALUE));
            case INT32 -> out.putInt(contents.getIntContents(i));
            case INT64 -> out.putLong(contents.getInt64Contents(i));
            case UINT8 -> out.put((byte) ranged(name, datatype, contents.getUintContents(i), 0, 0xff));
            case UINT16 -> out.putShort((short) ranged(name, datatype, contents.getUintContents(i), 0, 0xffff));
            case UINT32 -> out.putInt(contents.getUintContents(i));
            case UINT64 -> out.putLong(contents.getUint64Contents(i));
            case FP32 -> out.putFloat(contents.getFp32Contents(i));
            case FP64 -> out.putDouble(contents.getFp64Contents(i));
            case FP16, BF16, BYTES -> throw new IllegalStateException(datatype + " has no typed element of fixed size");
        }
    }

    private static int ranged(String name, DataType datatype, int value, int least, int most) {
        // A uint32 above 2^31 arrives negative, which is outside of every narrow range.
        if (value < least || value > most) {
            throw invalid(name, "has " + value + ", which is no " + datatype);
        }
        return value;
    }

    private static Bytes byteStrings(InferTensorContents contents) {
        long size = 0;
        for (ByteString element : contents.getBytesContentsList()) {
            size += 4L + element.size();
        }
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        for (ByteString element : contents.getBytesContentsList()) {
            out.putInt(element.size());
            element.copyTo(out);
        }
        return Bytes.wrap(out.array());
    }

    private static RefusedException invalid(String name, String what) {
        return new RefusedException(ErrorCode.INVALID_TENSOR, "input \"" + name + "\" " + what);
    }
}
