package dev.candor.cluster.evm;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The contract's decimal numbers and strings as a model's tensors, and back. Numbers are rounded once, never silently cut. Stateless. */
final class EvmTensors {
    /** The most digits behind the point that mean anything: the smallest FP64 has so many. */
    private static final int MOST_DECIMALS = 1_100;

    private static final int INT_128 = 127;

    private EvmTensors() {}

    /** The inputs of a call for a model; one without the batch's dimension gets a batch of one. */
    static List<Tensor> inputs(InferenceContract.Run run, ModelSpec spec) {
        List<Tensor> tensors = new ArrayList<>();
        for (InferenceContract.Numbers numbers : run.numbers()) {
            TensorSpec input = spec(spec, numbers.name());
            if (input.datatype() == DataType.BYTES) {
                throw invalid("input \"" + numbers.name() + "\" takes strings");
            }
            long[] given =
                    numbers.shape().stream().mapToLong(Integer::longValue).toArray();
            if (given.length > Shape.MAX_RANK
                    || elements(given) != numbers.values().size()) {
                throw invalid("input \"" + numbers.name() + "\" has "
                        + numbers.values().size() + " numbers, which its shape " + numbers.shape() + " does not hold");
            }
            tensors.add(new Tensor(
                    numbers.name(),
                    input.datatype(),
                    fitted(input, Shape.of(given)),
                    encoded(numbers, input.datatype())));
        }
        for (InferenceContract.Strings strings : run.strings()) {
            TensorSpec input = spec(spec, strings.name());
            if (input.datatype() != DataType.BYTES) {
                throw invalid("input \"" + strings.name() + "\" takes numbers of " + input.datatype());
            }
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            for (String text : strings.values()) {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                data.writeBytes(ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(utf8.length)
                        .array());
                data.writeBytes(utf8);
            }
            tensors.add(new Tensor(
                    strings.name(),
                    DataType.BYTES,
                    fitted(input, Shape.of(strings.values().size())),
                    Bytes.wrap(data.toByteArray())));
        }
        return tensors;
    }

    private static TensorSpec spec(ModelSpec spec, String name) {
        return spec.inputs().stream()
                .filter(input -> input.name().equals(name))
                .findFirst()
                .orElseThrow(() -> invalid("the model has no input \"" + name + "\"; it has "
                        + spec.inputs().stream().map(TensorSpec::name).toList()));
    }

    private static long elements(long[] shape) {
        long elements = 1;
        for (long dimension : shape) {
            elements = Math.min(Integer.MAX_VALUE, elements * dimension);
        }
        return elements;
    }

    private static Shape fitted(TensorSpec input, Shape given) {
        return !input.shape().admits(given)
                        && given.rank() < Shape.MAX_RANK
                        && input.shape().admits(given.prefixed(1))
                ? given.prefixed(1)
                : given;
    }

    private static Bytes encoded(InferenceContract.Numbers numbers, DataType type) {
        ByteBuffer out =
                ByteBuffer.allocate(numbers.values().size() * type.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (InferenceContract.Decimal number : numbers.values()) {
            if (number.decimals().signum() < 0 || number.decimals().compareTo(BigInteger.valueOf(MOST_DECIMALS)) > 0) {
                throw invalid("a number of \"" + numbers.name() + "\" has " + number.decimals()
                        + " decimals; there are 0 to " + MOST_DECIMALS);
            }
            put(out, new BigDecimal(number.value(), number.decimals().intValue()), numbers.name(), type);
        }
        return Bytes.wrap(out.array());
    }

    private static void put(ByteBuffer out, BigDecimal value, String name, DataType type) {
        switch (type) {
            case FP32 -> out.putFloat(value.floatValue());
            case FP64 -> out.putDouble(value.doubleValue());
            case BOOL -> out.put((byte) whole(value, name, type, 0, 1));
            case UINT8 -> out.put((byte) whole(value, name, type, 0, 0xff));
            case INT8 -> out.put((byte) whole(value, name, type, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT16 -> out.putShort((short) whole(value, name, type, 0, 0xffff));
            case INT16 -> out.putShort((short) whole(value, name, type, Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT32 -> out.putInt((int) whole(value, name, type, 0, 0xffff_ffffL));
            case INT32 -> out.putInt((int) whole(value, name, type, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case INT64 -> out.putLong(whole(value, name, type, Long.MIN_VALUE, Long.MAX_VALUE));
            case UINT64 -> {
                BigInteger number = integer(value, name, type);
                if (number.signum() < 0 || number.bitLength() > 64) {
                    throw outside(value, name, type);
                }
                out.putLong(number.longValue());
            }
            case FP16, BF16, BYTES -> throw invalid("input \"" + name + "\" is " + type + ", which has no form here");
        }
    }

    private static BigInteger integer(BigDecimal value, String name, DataType type) {
        try {
            return value.toBigIntegerExact();
        } catch (ArithmeticException e) {
            throw outside(value, name, type);
        }
    }

    private static long whole(BigDecimal value, String name, DataType type, long least, long most) {
        BigInteger number = integer(value, name, type);
        if (number.compareTo(BigInteger.valueOf(least)) < 0 || number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw outside(value, name, type);
        }
        return number.longValue();
    }

    private static RefusedException outside(BigDecimal value, String name, DataType type) {
        return invalid("a number of \"" + name + "\" is no " + type + ": " + value.toEngineeringString());
    }

    static boolean isNumeric(Tensor tensor) {
        return tensor.datatype() != DataType.BYTES;
    }

    /** Refuses a model whose outputs have no form in a contract's event, before it costs anything. */
    static void requireForms(ModelSpec spec) {
        for (TensorSpec output : spec.outputs()) {
            if (output.datatype() == DataType.FP16 || output.datatype() == DataType.BF16) {
                throw invalid("output \"" + output.name() + "\" is " + output.datatype()
                        + ", which has no form here; use REST");
            }
        }
    }

    /** The numbers of an output, exactly; those of floating point by the shortest decimals that read back as the same. */
    static List<InferenceContract.Decimal> numbers(Tensor tensor) {
        ByteBuffer in = tensor.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        List<InferenceContract.Decimal> numbers = new ArrayList<>();
        while (in.hasRemaining()) {
            numbers.add(number(tensor, next(tensor, in)));
        }
        return numbers;
    }

    private static BigDecimal next(Tensor tensor, ByteBuffer in) {
        return switch (tensor.datatype()) {
            case BOOL, UINT8 -> BigDecimal.valueOf(in.get() & 0xff);
            case INT8 -> BigDecimal.valueOf(in.get());
            case UINT16 -> BigDecimal.valueOf(in.getShort() & 0xffff);
            case INT16 -> BigDecimal.valueOf(in.getShort());
            case UINT32 -> BigDecimal.valueOf(in.getInt() & 0xffff_ffffL);
            case INT32 -> BigDecimal.valueOf(in.getInt());
            case INT64 -> BigDecimal.valueOf(in.getLong());
            case UINT64 -> new BigDecimal(Long.toUnsignedString(in.getLong()));
            case FP32 -> finite(tensor, Float.toString(in.getFloat()));
            case FP64 -> finite(tensor, Double.toString(in.getDouble()));
            case FP16, BF16, BYTES -> throw formless(tensor, "is " + tensor.datatype());
        };
    }

    private static BigDecimal finite(Tensor tensor, String text) {
        if (text.endsWith("N") || text.endsWith("y")) {
            throw formless(tensor, "has " + text);
        }
        return new BigDecimal(text);
    }

    private static InferenceContract.Decimal number(Tensor tensor, BigDecimal value) {
        BigDecimal shortest = value.stripTrailingZeros();
        BigDecimal scaled = shortest.scale() < 0 ? shortest.setScale(0) : shortest;
        if (scaled.unscaledValue().bitLength() > INT_128) {
            throw formless(tensor, "has a number over an int128: " + value);
        }
        return new InferenceContract.Decimal(scaled.unscaledValue(), BigInteger.valueOf(scaled.scale()));
    }

    /** The strings of an output. */
    static List<String> texts(Tensor tensor) {
        ByteBuffer in = tensor.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        List<String> texts = new ArrayList<>();
        while (in.hasRemaining()) {
            int length = in.getInt();
            ByteBuffer utf8 = in.slice(in.position(), length);
            in.position(in.position() + length);
            try {
                texts.add(StandardCharsets.UTF_8.newDecoder().decode(utf8).toString());
            } catch (CharacterCodingException e) {
                throw formless(tensor, "holds bytes that are no text");
            }
        }
        return texts;
    }

    private static RefusedException formless(Tensor tensor, String why) {
        return new RefusedException(
                ErrorCode.EXECUTION_FAILED,
                "the model has answered, but output \"" + tensor.name() + "\" " + why
                        + ", which has no form in the contract's event; the answer is there over REST");
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_TENSOR, sentence);
    }
}
