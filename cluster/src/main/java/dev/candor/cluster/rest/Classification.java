package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Triton's classification extension: the best classes of each item as {@code VALUE:INDEX[:LABEL]}, best first; of equal values the lower index first.
 */
final class Classification {
    private Classification() {}

    private record Entry(int index, double order, String value) {}

    /** The classes of {@code output} as a BYTES tensor of shape [batch, classes]. */
    static Tensor of(Tensor output, int wanted, List<String> labels) {
        int items = output.shape().rank() == 0 ? 1 : (int) output.shape().at(0);
        int entries = items == 0 ? 0 : (int) (output.shape().elements() / items);
        int classes = Math.min(wanted, entries);
        ByteBuffer in = output.data().asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int item = 0; item < items; item++) {
            List<Entry> all = new ArrayList<>(entries);
            for (int index = 0; index < entries; index++) {
                all.add(entry(output, in, index));
            }
            all.sort(Comparator.comparingDouble(Entry::order).reversed());
            for (Entry best : all.subList(0, classes)) {
                String label = best.index() < labels.size() ? ":" + labels.get(best.index()) : "";
                byte[] text = (best.value() + ":" + best.index() + label).getBytes(StandardCharsets.UTF_8);
                out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(text.length)
                        .array());
                out.writeBytes(text);
            }
        }
        return new Tensor(output.name(), DataType.BYTES, Shape.of(items, classes), Bytes.wrap(out.toByteArray()));
    }

    /** Numbers are written as C++ writes them by default, which is what clients of the extension parse. NaN sorts below everything. */
    private static Entry entry(Tensor output, ByteBuffer in, int index) {
        return switch (output.datatype()) {
            case FP32 -> real(index, in.getFloat());
            case FP64 -> real(index, in.getDouble());
            case BOOL, UINT8 -> whole(index, in.get() & 0xff);
            case INT8 -> whole(index, in.get());
            case UINT16 -> whole(index, in.getShort() & 0xffff);
            case INT16 -> whole(index, in.getShort());
            case UINT32 -> whole(index, in.getInt() & 0xffff_ffffL);
            case INT32 -> whole(index, in.getInt());
            case UINT64, INT64, FP16, BF16, BYTES -> throw notServed(output.name(), output.datatype());
        };
    }

    /** Refuses a datatype whose values are not compared here. */
    static void requireServed(String output, DataType type) {
        switch (type) {
            case BOOL, UINT8, INT8, UINT16, INT16, UINT32, INT32, FP32, FP64 -> {}
            case UINT64, INT64, FP16, BF16, BYTES -> throw notServed(output, type);
        }
    }

    private static RefusedException notServed(String output, DataType type) {
        return new RefusedException(
                ErrorCode.INVALID_REQUEST,
                "output \"" + output + "\" is " + type
                        + ", which cannot be classified here; leave the parameter \"classification\" out");
    }

    private static Entry real(int index, double value) {
        return new Entry(
                index, Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value, String.format(Locale.ROOT, "%f", value));
    }

    private static Entry whole(int index, long value) {
        return new Entry(index, value, Long.toString(value));
    }
}
