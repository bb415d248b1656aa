package dev.candor.actors.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.MalformedBytesException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A tensor from its JSON, with numbers still as text: each is rounded once. */
final class TensorJson {
    /** No integer type needs more digits; the bound keeps the conversion cheap. */
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,20}");

    /** How much of an element an error shows. */
    private static final int MAX_SHOWN = 60;

    private TensorJson() {}

    static Tensor read(JsonNode node) {
        String name = ExchangeJson.text(node, "name");
        String typeName = ExchangeJson.text(node, "datatype");
        DataType datatype = DataType.ofName(typeName)
                .orElseThrow(() -> malformed(name, "has the unknown datatype \"" + typeName + "\""));
        if (!node.path("shape").isArray()) {
            throw malformed(name, "needs a list \"shape\"");
        }
        Bytes data = node.has("raw") ? raw(name, node) : data(name, datatype, node);
        try {
            return new Tensor(name, datatype, shape(node.path("shape")), data);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw malformed(name, String.valueOf(e.getMessage()));
        }
    }

    private static Bytes raw(String name, JsonNode node) {
        return Pem.base64(ExchangeJson.text(node, "raw"))
                .orElseThrow(() -> malformed(name, "has a \"raw\" that is not base64 with padding"));
    }

    private static Bytes data(String name, DataType datatype, JsonNode node) {
        if (node.path("parameters").has("binary_data_size")) {
            throw malformed(name, "has its data behind the JSON; put it into the exchange as base64, under \"raw\"");
        }
        if (!node.path("data").isArray()) {
            throw malformed(name, "needs a list \"data\"");
        }
        List<JsonNode> elements = new ArrayList<>();
        flatten(node.path("data"), elements);
        if (datatype == DataType.BYTES) {
            return texts(name, elements);
        }
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(elements.size(), datatype.size()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (JsonNode element : elements) {
            try {
                put(datatype, element, data);
            } catch (IllegalArgumentException e) {
                throw malformed(name, "of " + datatype + " has the element " + shown(element) + ": " + e.getMessage());
            }
        }
        return Bytes.wrap(data.array());
    }

    private static Bytes texts(String name, List<JsonNode> elements) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (JsonNode element : elements) {
            if (!element.isTextual()) {
                throw malformed(name, "of BYTES has the element " + shown(element) + ": it must be a string");
            }
            byte[] utf8 = element.textValue().getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(utf8.length)
                    .array());
            out.writeBytes(utf8);
        }
        return Bytes.wrap(out.toByteArray());
    }

    private static Shape shape(JsonNode list) {
        if (list.size() > Shape.MAX_RANK) {
            throw new IllegalArgumentException("a shape has at most " + Shape.MAX_RANK + " dimensions");
        }
        long[] dimensions = new long[list.size()];
        for (int axis = 0; axis < dimensions.length; axis++) {
            dimensions[axis] = integer(list.path(axis), BigInteger.ZERO, BigInteger.valueOf(Long.MAX_VALUE))
                    .longValueExact();
        }
        return Shape.of(dimensions);
    }

    private static void flatten(JsonNode data, List<JsonNode> elements) {
        for (JsonNode each : data) {
            if (each.isArray()) {
                flatten(each, elements);
            } else {
                elements.add(each);
            }
        }
    }

    private static void put(DataType datatype, JsonNode element, ByteBuffer out) {
        switch (datatype) {
            case BOOL -> out.put(truth(element));
            case UINT8 -> out.put(unsigned(element, 8).byteValue());
            case UINT16 -> out.putShort(unsigned(element, 16).shortValue());
            case UINT32 -> out.putInt(unsigned(element, 32).intValue());
            case UINT64 -> out.putLong(unsigned(element, 64).longValue());
            case INT8 -> out.put(signed(element, 8).byteValue());
            case INT16 -> out.putShort(signed(element, 16).shortValue());
            case INT32 -> out.putInt(signed(element, 32).intValue());
            case INT64 -> out.putLong(signed(element, 64).longValue());
            case FP32 -> out.putInt(Float.floatToIntBits(single(element)));
            case FP64 -> out.putLong(Double.doubleToLongBits(wide(element)));
            case FP16, BF16 ->
                throw new IllegalArgumentException(
                        "it has no form in JSON; put the tensor's data into the exchange as base64, under \"raw\"");
            case BYTES -> throw new IllegalStateException("strings are read apart");
        }
    }

    private static byte truth(JsonNode element) {
        if (element.isBoolean()) {
            return (byte) (element.booleanValue() ? 1 : 0);
        }
        return integer(element, BigInteger.ZERO, BigInteger.ONE).byteValue();
    }

    private static BigInteger unsigned(JsonNode element, int bits) {
        return integer(element, BigInteger.ZERO, BigInteger.TWO.pow(bits).subtract(BigInteger.ONE));
    }

    private static BigInteger signed(JsonNode element, int bits) {
        BigInteger half = BigInteger.TWO.pow(bits - 1);
        return integer(element, half.negate(), half.subtract(BigInteger.ONE));
    }

    private static BigInteger integer(JsonNode element, BigInteger least, BigInteger most) {
        BigInteger value = numeral(element)
                .filter(text -> INTEGER.matcher(text).matches())
                .map(BigInteger::new)
                .orElseThrow(() -> new IllegalArgumentException("it must be an integer without fraction and exponent"));
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("it must lie between " + least + " and " + most);
        }
        return value;
    }

    private static float single(JsonNode element) {
        return numeral(element).map(text -> finite(Float.parseFloat(text))).orElseGet(() -> (float) named(element));
    }

    private static double wide(JsonNode element) {
        return numeral(element).map(TensorJson::finiteDouble).orElseGet(() -> named(element));
    }

    private static float finite(float value) {
        if (Float.isInfinite(value)) {
            throw new IllegalArgumentException("it is too large for its type");
        }
        return value;
    }

    private static double finiteDouble(String text) {
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value)) {
            throw new IllegalArgumentException("it is too large for its type");
        }
        return value;
    }

    private static double named(JsonNode element) {
        return switch (element.isTextual() ? element.textValue() : "") {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default ->
                throw new IllegalArgumentException("it must be a number or \"NaN\", \"Infinity\" or \"-Infinity\"");
        };
    }

    private static Optional<String> numeral(JsonNode element) {
        return element instanceof POJONode pojo && pojo.getPojo() instanceof ExchangeJson.Numeral numeral
                ? Optional.of(numeral.text())
                : Optional.empty();
    }

    private static String shown(JsonNode element) {
        String text = numeral(element).orElseGet(element::toString);
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }

    private static MalformedBytesException malformed(String name, String what) {
        return new MalformedBytesException(
                "tensor \"" + name.substring(0, Math.min(name.length(), 128)) + "\" " + what);
    }
}
