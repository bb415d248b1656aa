package dev.candor.actors.gateway;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ExactArithmetic;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Holds one input against its specification; what does not fit is a {@link RefusedException} with INVALID_TENSOR that says what to change. Pure. */
final class TensorChecks {
    private static final int FP32_EXPONENT = 0x7f80_0000;
    private static final long FP64_EXPONENT = 0x7ff0_0000_0000_0000L;
    private static final int FP16_EXPONENT = 0x7c00;
    private static final int BF16_EXPONENT = 0x7f80;

    private TensorChecks() {}

    static void check(Tensor input, TensorSpec spec, boolean finite) {
        if (input.datatype() != spec.datatype()) {
            throw refused(
                    "input \"" + spec.name() + "\" has datatype " + input.datatype() + "; send " + spec.datatype());
        }
        shape(input, spec);
        switch (input.datatype()) {
            case BOOL -> bools(input);
            case BYTES -> framing(input);
            case FP16 -> {
                if (finite) {
                    finite16(input, FP16_EXPONENT);
                }
            }
            case BF16 -> {
                if (finite) {
                    finite16(input, BF16_EXPONENT);
                }
            }
            case FP32 -> {
                if (finite) {
                    finite32(input);
                }
            }
            case FP64 -> {
                if (finite) {
                    finite64(input);
                }
            }
            case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> {}
        }
    }

    /** Holds an FP32 input of an exact model against its range. */
    static void wholeNumbers(Tensor input, ExactArithmetic exact) {
        ByteBuffer data = input.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < data.limit(); at += Float.BYTES) {
            float element = data.getFloat(at);
            if (!exact.takes(element)) {
                throw refused("element " + at / Float.BYTES + " of input \"" + input.name() + "\" is " + element
                        + "; this exact model takes whole numbers from " + exact.low() + " to " + exact.high()
                        + ": divide by its input_scale " + exact.inputScale() + ", round and cut");
            }
        }
    }

    private static void shape(Tensor input, TensorSpec spec) {
        Shape shape = input.shape();
        if (!spec.shape().admits(shape)) {
            throw refused("input \"" + spec.name() + "\" has shape " + shape + "; send " + spec.shape()
                    + ", where -1 stands for any size and the first dimension is the batch");
        }
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (shape.at(axis) < 1) {
                throw refused("dimension " + axis + " of input \"" + spec.name() + "\" is " + shape.at(axis)
                        + "; every dimension must be 1 or more");
            }
        }
    }

    private static void bools(Tensor input) {
        ByteBuffer data = input.data().asBuffer();
        for (int i = 0; i < data.limit(); i++) {
            if ((data.get(i) & 0xfe) != 0) {
                throw refused("element " + i + " of BOOL input \"" + input.name() + "\" is the byte "
                        + (data.get(i) & 0xff) + "; send 0 or 1");
            }
        }
    }

    private static void framing(Tensor input) {
        ByteBuffer data = input.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        // Each element takes 4 bytes at least: a lying shape costs no loop and overflows nothing.
        long most = data.limit() / 4;
        long elements = 1;
        for (int axis = 0; axis < input.shape().rank(); axis++) {
            if (input.shape().at(axis) > most / elements) {
                throw refused("BYTES input \"" + input.name() + "\" has shape " + input.shape()
                        + " and 4 bytes of length for each element, but only " + data.limit() + " bytes in all");
            }
            elements *= input.shape().at(axis);
        }
        for (long i = 0; i < elements; i++) {
            int left = data.remaining();
            int length = left < 4 ? -1 : data.getInt();
            if (length < 0 || length > left - 4) {
                throw refused("element " + i + " of BYTES input \"" + input.name()
                        + "\" is cut short; write each element as a 4-byte little-endian length and its bytes");
            }
            data.position(data.position() + length);
        }
        if (data.hasRemaining()) {
            throw refused(data.remaining() + " bytes follow the last element of BYTES input \"" + input.name()
                    + "\"; its shape " + input.shape() + " names " + elements + " elements");
        }
    }

    private static void finite16(Tensor input, int exponent) {
        ByteBuffer data = input.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < data.limit(); at += 2) {
            if ((data.getShort(at) & exponent) == exponent) {
                throw notFinite(input, at / 2);
            }
        }
    }

    private static void finite32(Tensor input) {
        ByteBuffer data = input.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < data.limit(); at += 4) {
            if ((data.getInt(at) & FP32_EXPONENT) == FP32_EXPONENT) {
                throw notFinite(input, at / 4);
            }
        }
    }

    private static void finite64(Tensor input) {
        ByteBuffer data = input.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < data.limit(); at += 8) {
            if ((data.getLong(at) & FP64_EXPONENT) == FP64_EXPONENT) {
                throw notFinite(input, at / 8);
            }
        }
    }

    private static RefusedException notFinite(Tensor input, int element) {
        return refused("element " + element + " of input \"" + input.name()
                + "\" is NaN or infinite, which this model does not take; send finite numbers");
    }

    private static RefusedException refused(String sentence) {
        return new RefusedException(ErrorCode.INVALID_TENSOR, sentence);
    }
}
