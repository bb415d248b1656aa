package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.http.Utf8Buffer;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What is rendered reads back as what it was, for every datatype, in JSON and in binary. */
final class DatatypeRoundTripTest {
    private static final int LIMIT = 1 << 20;

    private static InferenceRequest read(String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return InferRequestReader.read("m", "", body, body.length, -1, null, LIMIT)
                .request();
    }

    private static String rendered(Tensor tensor) {
        Utf8Buffer out = new Utf8Buffer();
        TensorRenderer.render(tensor, out);
        return new String(out.toArray(), StandardCharsets.UTF_8);
    }

    private static String request(Tensor tensor, String data) {
        return "{\"inputs\":[{\"data\":" + data + ",\"name\":\"t\",\"datatype\":\"" + tensor.datatype()
                + "\",\"shape\":" + tensor.shape() + "}]}";
    }

    /** Nests a flat array as a shape says. */
    private static String nested(String flat, Shape shape) {
        List<String> elements = List.of(flat.substring(1, flat.length() - 1).split(",", -1));
        return nest(elements, shape, 0);
    }

    private static String nest(List<String> elements, Shape shape, int axis) {
        if (axis == shape.rank()) {
            return elements.getFirst();
        }
        int rows = (int) shape.at(axis);
        int each = elements.size() / rows;
        StringBuilder out = new StringBuilder("[");
        for (int row = 0; row < rows; row++) {
            out.append(row > 0 ? "," : "")
                    .append(nest(elements.subList(row * each, (row + 1) * each), shape, axis + 1));
        }
        return out.append("]").toString();
    }

    /** Tensors that JSON can say: no half precision, nothing that is not finite, and BOOLs that are 0 or 1. */
    @Provide
    Arbitrary<Tensor> tensors() {
        Arbitrary<Shape> shapes = Arbitraries.longs()
                .between(1, 4)
                .array(long[].class)
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(Shape::of);
        Arbitrary<DataType> types =
                Arbitraries.of(DataType.class).filter(type -> type != DataType.FP16 && type != DataType.BF16);
        return Combinators.combine(shapes, types)
                .flatAs((shape, type) -> Arbitraries.bytes()
                        .array(byte[].class)
                        .ofSize((int) shape.elements() * Math.max(1, type.size()))
                        .map(bytes -> new Tensor("t", type, shape, data(type, shape, bytes))));
    }

    private static Bytes data(DataType type, Shape shape, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case BOOL -> {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] &= 1;
                }
            }
            case FP32 -> {
                for (int i = 0; i < bytes.length; i += 4) {
                    in.putFloat(i, Float.isFinite(in.getFloat(i)) ? in.getFloat(i) : -0.0f);
                }
            }
            case FP64 -> {
                for (int i = 0; i < bytes.length; i += 8) {
                    in.putDouble(i, Double.isFinite(in.getDouble(i)) ? in.getDouble(i) : -0.0);
                }
            }
            case BYTES -> {
                ByteArrayOutputStream framed = new ByteArrayOutputStream();
                for (int i = 0; i < shape.elements(); i++) {
                    byte[] text = ("t" + bytes[i] + "é\u0000\"\uD83D\uDE00").getBytes(StandardCharsets.UTF_8);
                    framed.writeBytes(ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(text.length)
                            .array());
                    framed.writeBytes(text);
                }
                return Bytes.wrap(framed.toByteArray());
            }
            case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16 -> {}
        }
        return Bytes.wrap(bytes);
    }

    @Property
    void readsBackWhatItRendersFlat(@ForAll("tensors") Tensor tensor) {
        assertThat(read(request(tensor, rendered(tensor))).inputs()).containsExactly(tensor);
    }

    @Property
    void readsBackWhatItRendersNested(@ForAll("tensors") Tensor tensor) {
        String nested = nested(rendered(tensor), tensor.shape());
        assertThat(read(request(tensor, nested)).inputs()).containsExactly(tensor);
    }

    @Property
    void refusesEveryOtherNesting(@ForAll("tensors") Tensor tensor, @ForAll @IntRange(min = 1, max = 3) int wrong) {
        long[] dimensions = tensor.shape().toArray();
        dimensions[dimensions.length - 1] += wrong;
        String nested = nested(rendered(tensor), tensor.shape());
        String other =
                request(tensor, nested).replace("\"shape\":" + tensor.shape(), "\"shape\":" + Shape.of(dimensions));
        assertThatThrownBy(() -> read(other)).isInstanceOf(RefusedException.class);
    }

    @Property
    void readsBinaryTensorsAsTheyAre(
            @ForAll DataType type, @ForAll @Size(8) byte[] bytes, @ForAll @IntRange(max = 7) int before) {
        byte[] data = bytes.clone();
        Shape shape = Shape.of(type == DataType.BYTES ? 1 : 8 / type.size());
        if (type == DataType.BYTES) {
            System.arraycopy(new byte[] {4, 0, 0, 0}, 0, data, 0, 4);
        } else if (type == DataType.BOOL) {
            Arrays.fill(data, (byte) 1);
        }
        // Spaces move the data to any alignment.
        String json = " ".repeat(before) + "{\"inputs\":[{\"name\":\"t\",\"datatype\":\"" + type + "\",\"shape\":"
                + shape + ",\"parameters\":{\"binary_data_size\":8}}]}";
        byte[] body = Arrays.copyOf(json.getBytes(StandardCharsets.UTF_8), json.length() + 8);
        System.arraycopy(data, 0, body, json.length(), 8);
        assertThat(InferRequestReader.read("m", "", body, body.length, json.length(), null, LIMIT)
                        .request()
                        .inputs())
                .containsExactly(new Tensor("t", type, shape, Bytes.wrap(data)));
    }

    @Provide
    Arbitrary<String> decimals() {
        Arbitrary<String> digits =
                Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(45);
        Arbitrary<String> whole = digits.map(text -> new BigInteger(text).toString());
        Arbitrary<String> fraction =
                digits.map(text -> "." + text).injectNull(0.3).map(text -> text == null ? "" : text);
        Arbitrary<String> exponent = Arbitraries.integers()
                .between(-60, 45)
                .map(power -> "e" + power)
                .injectNull(0.5)
                .map(text -> text == null ? "" : text);
        return Combinators.combine(Arbitraries.of("", "-"), whole, fraction, exponent)
                .as((sign, first, second, third) -> sign + first + second + third);
    }

    /** One rounding, from the decimal to the float: reading a double first would round twice. */
    @Property(tries = 5000)
    void roundsFloatsOnce(@ForAll("decimals") String decimal) {
        float expected = Float.parseFloat(decimal);
        String json = "{\"inputs\":[{\"name\":\"t\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[" + decimal + "]}]}";
        if (Float.isInfinite(expected)) {
            assertThatThrownBy(() -> read(json))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("range of FP32");
        } else {
            ByteBuffer data = read(json).inputs().getFirst().data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
            assertThat(Float.floatToRawIntBits(data.getFloat()))
                    .as(decimal)
                    .isEqualTo(Float.floatToRawIntBits(expected));
        }
    }

    /** The same for doubles. */
    @Property(tries = 5000)
    void roundsDoublesOnce(@ForAll("decimals") String decimal) {
        String json = "{\"inputs\":[{\"name\":\"t\",\"datatype\":\"FP64\",\"shape\":[1],\"data\":[" + decimal + "]}]}";
        ByteBuffer data = read(json).inputs().getFirst().data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(Double.doubleToRawLongBits(data.getDouble()))
                .as(decimal)
                .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(decimal)));
    }

    /** A reader that goes by way of doubles is one that {@link #roundsFloatsOnce} catches: here is a number on which the two differ. */
    @Property(tries = 1)
    void twoRoundingsWouldDiffer() {
        String decimal = "1.00000005960464484";
        assertThat((float) Double.parseDouble(decimal)).isNotEqualTo(Float.parseFloat(decimal));
        roundsFloatsOnce(decimal);
        String whole = "16777217000000001000000000";
        assertThat(Float.parseFloat(whole)).isNotNaN();
        roundsFloatsOnce(whole);
    }

    @Property
    void readsExactlyTheIntegersThatFit(@ForAll DataType type, @ForAll BigInteger anyInteger) {
        boolean signed = switch (type) {
            case INT8, INT16, INT32, INT64 -> true;
            case UINT8, UINT16, UINT32, UINT64, BOOL, FP16, BF16, FP32, FP64, BYTES -> false;
        };
        if (!signed && !type.name().startsWith("UINT")) {
            return;
        }
        BigInteger values = BigInteger.ONE.shiftLeft(8 * type.size());
        BigInteger least = signed ? values.shiftRight(1).negate() : BigInteger.ZERO;
        BigInteger most = least.add(values).subtract(BigInteger.ONE);
        for (BigInteger value : List.of(
                anyInteger,
                least,
                most,
                least.subtract(BigInteger.ONE),
                most.add(BigInteger.ONE),
                most.shiftLeft(70))) {
            String json = "{\"inputs\":[{\"name\":\"t\",\"datatype\":\"" + type + "\",\"shape\":[1],\"data\":[" + value
                    + "]}]}";
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                assertThatThrownBy(() -> read(json))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("range of " + type);
            } else {
                assertThat(rendered(read(json).inputs().getFirst())).isEqualTo("[" + value + "]");
            }
        }
    }
}
