package dev.candor.proving.quantise;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Samples from a file: MNIST's IDX format or NumPy's {@code .npy}, either of them gzipped or not. The first dimension counts the samples.
 * Bytes stand for 0 to 1, as the nearest single-precision numbers to byte / 255; floating-point numbers are taken as they are.
 */
public final class SampleFile {
    private static final int MOST_BYTES = 1 << 30;
    private static final Pattern NPY = Pattern.compile(
            "\\{'descr': '([<|][uf][148])', 'fortran_order': False, 'shape': \\(([0-9, ]+)\\), \\} *\n?");

    private SampleFile() {}

    /**
     * All samples of a file.
     *
     * @param elements numbers of one sample
     * @throws IllegalArgumentException where it is of neither format, or its samples have another size
     */
    public static List<double[]> read(byte[] file, int elements) {
        ByteBuffer content = ByteBuffer.wrap(unpacked(file));
        boolean npy = content.remaining() > 12 && content.get(0) == (byte) 0x93 && content.get(1) == 'N';
        return npy ? npy(content, elements) : idx(content, elements);
    }

    /** Labels: bytes in IDX format. */
    public static byte[] readLabels(byte[] file) {
        List<double[]> labels = read(file, 1);
        byte[] bytes = new byte[labels.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.rint(labels.get(i)[0] * 255);
        }
        return bytes;
    }

    private static byte[] unpacked(byte[] file) {
        if (file.length < 2 || file[0] != 0x1f || file[1] != (byte) 0x8b) {
            return file;
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
            byte[] content = in.readNBytes(MOST_BYTES);
            if (in.read() >= 0) {
                throw new IllegalArgumentException("the samples unpack to more than 2^30 bytes");
            }
            return content;
        } catch (IOException e) {
            throw new IllegalArgumentException("the samples are not validly compressed: " + e.getMessage(), e);
        }
    }

    private static List<double[]> idx(ByteBuffer in, int elements) {
        if (in.remaining() < 8 || in.getShort() != 0) {
            throw new IllegalArgumentException("the samples are neither in IDX nor in .npy format");
        }
        char type = switch (in.get()) {
            case 0x08 -> 'u';
            case 0x0d -> 'f';
            case 0x0e -> 'd';
            default -> throw new IllegalArgumentException("the samples hold numbers of a type that is not read");
        };
        int dimensions = in.get();
        if (dimensions < 1 || in.remaining() < 4 * dimensions) {
            throw new IllegalArgumentException("the samples' header ends early");
        }
        List<Long> shape = new ArrayList<>();
        for (int d = 0; d < dimensions; d++) {
            shape.add(in.getInt() & 0xffffffffL);
        }
        return split(in, type, shape, elements);
    }

    private static List<double[]> npy(ByteBuffer in, int elements) {
        in.order(ByteOrder.LITTLE_ENDIAN);
        int major = in.get(6);
        int start = major == 1 ? 10 : 12;
        int length = major == 1 ? in.getShort(8) & 0xffff : in.getInt(8);
        if (length < 0 || length > in.limit() - start) {
            throw new IllegalArgumentException("the samples' header ends early");
        }
        byte[] header = new byte[length];
        in.position(start).get(header);
        Matcher matcher = NPY.matcher(new String(header, StandardCharsets.ISO_8859_1));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "the samples' .npy header is not read; save bytes, float32 or float64 in C order");
        }
        char type = switch (matcher.group(1)) {
            case "|u1" -> 'u';
            case "<f4" -> 'f';
            case "<f8" -> 'd';
            default -> throw new IllegalArgumentException("the samples hold numbers of a type that is not read");
        };
        List<Long> shape = new ArrayList<>();
        for (String size : matcher.group(2).split(",", -1)) {
            if (!size.isBlank() && size.strip().length() < 10) {
                shape.add(Long.parseLong(size.strip()));
            }
        }
        return split(in, type, shape, elements);
    }

    private static List<double[]> split(ByteBuffer in, char type, List<Long> shape, int elements) {
        long each = 1;
        for (long size : shape.subList(Math.min(1, shape.size()), shape.size())) {
            each = Math.min(Integer.MAX_VALUE, each * size);
        }
        if (shape.isEmpty() || each != elements) {
            throw new IllegalArgumentException(
                    "the samples have the shape " + shape + "; each should hold " + elements + " numbers");
        }
        int width = type == 'u' ? 1 : type == 'f' ? 4 : 8;
        if (in.remaining() != shape.getFirst() * each * width) {
            throw new IllegalArgumentException("the samples hold " + in.remaining() + " bytes where their header says "
                    + shape.getFirst() * each * width);
        }
        List<double[]> samples = new ArrayList<>();
        for (long s = 0; s < shape.getFirst(); s++) {
            double[] sample = new double[elements];
            for (int i = 0; i < elements; i++) {
                sample[i] = switch (type) {
                    case 'u' -> (in.get() & 0xff) / 255f;
                    case 'f' -> in.getFloat();
                    default -> in.getDouble();
                };
            }
            samples.add(sample);
        }
        return samples;
    }
}
