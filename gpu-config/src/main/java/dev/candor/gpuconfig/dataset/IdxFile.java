package dev.candor.gpuconfig.dataset;

import dev.candor.actors.tensor.Shape;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.MalformedBytesException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * A file in the IDX format of the MNIST data (http://yann.lecun.com/exdb/mnist), gzipped: a magic number, the sizes of 1 to 4 dimensions
 * (big-endian), then one unsigned byte an element. The first dimension counts the items. Immutable.
 */
public final class IdxFile {
    private static final int UNSIGNED_BYTE = 8;
    private static final int MOST_DIMENSIONS = 4;
    private static final int MOST_BYTES = 256 << 20;

    private final Shape shape;
    private final Bytes data;
    private final int itemBytes;

    private IdxFile(Shape shape, Bytes data) {
        this.shape = shape;
        this.data = data;
        this.itemBytes = (int) shape.elementsAnItem();
    }

    /** Reads a file of at most 256 MiB; a {@link MalformedBytesException} where it is none or ends early or late. */
    public static IdxFile read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    /** Reads a stream to its end. */
    public static IdxFile read(InputStream gzipped) throws IOException {
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(gzipped))) {
            int magic = in.readInt();
            int dimensions = magic & 0xff;
            if (magic >>> 8 != UNSIGNED_BYTE || dimensions < 1 || dimensions > MOST_DIMENSIONS) {
                throw new MalformedBytesException(
                        String.format("0x%08x is not the magic number of an IDX file of bytes", magic));
            }
            long[] sizes = new long[dimensions];
            long bytes = 1;
            for (int i = 0; i < dimensions; i++) {
                sizes[i] = Integer.toUnsignedLong(in.readInt());
                // Both factors are below 2^33, so the product cannot wrap around.
                bytes *= sizes[i];
                if (bytes > MOST_BYTES) {
                    throw new MalformedBytesException("the IDX file holds more than " + MOST_BYTES + " bytes");
                }
            }
            byte[] data = in.readNBytes((int) bytes);
            if (data.length != bytes || in.read() != -1) {
                throw new MalformedBytesException("the IDX file does not hold as many bytes as its header says");
            }
            return new IdxFile(Shape.of(sizes), Bytes.wrap(data));
        } catch (EOFException e) {
            throw new MalformedBytesException("the IDX file ends within its header or data");
        }
    }

    /** Sizes, the number of items first. */
    public Shape shape() {
        return shape;
    }

    /** The number of items. */
    public int count() {
        return (int) shape.at(0);
    }

    /** The bytes of one item. */
    public Bytes item(int index) {
        return data.slice(Math.multiplyExact(index, itemBytes), itemBytes);
    }

    /** The one byte of an item, as a label: 0 to 255. */
    public int label(int index) {
        return item(index).at(0) & 0xff;
    }

    /** {@code count} items from {@code first} on as little-endian FP32 between 0 and 1: what the shipped models take. */
    public Bytes scaled(int first, int count) {
        Bytes items = data.slice(Math.multiplyExact(first, itemBytes), Math.multiplyExact(count, itemBytes));
        ByteBuffer floats = ByteBuffer.allocate(items.length() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < items.length(); i++) {
            floats.putFloat((items.at(i) & 0xff) / 255f);
        }
        return Bytes.wrap(floats.array());
    }
}
