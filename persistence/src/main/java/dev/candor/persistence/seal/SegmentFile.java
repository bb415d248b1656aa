package dev.candor.persistence.seal;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.blob.BlobStore;
import dev.candor.persistence.partition.BrokenChainException;
import dev.candor.persistence.partition.PartitionCodec;
import dev.candor.persistence.partition.PartitionEvent;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The bytes of a sealed segment, version 1: {@code "candor-segment-v1" NUL | u32 partition | i64 from | i64 to}, then every row of these places as
 * {@code i64 sequenceNr | u32 length | event}, also those that do not count, to the end of the file. The events are in {@link PartitionCodec}'s form.
 */
final class SegmentFile {
    private static final byte[] MAGIC = "candor-segment-v1\0".getBytes(StandardCharsets.US_ASCII);

    /** No event of ours is longer. */
    private static final int MOST_EVENT_BYTES = 64 << 20;

    private SegmentFile() {}

    /**
     * A row.
     *
     * @param sequenceNr its place
     * @param event what it says
     */
    record Row(long sequenceNr, PartitionEvent event) {}

    /** Writes rows behind a header that is filled in at the end. Blocks; not thread-safe. */
    static final class Writer implements AutoCloseable {
        private final DataOutputStream rows;
        private long bytes;

        Writer(Path file) throws IOException {
            rows = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 128 << 10));
        }

        void add(long sequenceNr, PartitionEvent event) throws IOException {
            Bytes encoded = PartitionCodec.encode(event);
            rows.writeLong(sequenceNr);
            rows.writeInt(encoded.length());
            rows.write(encoded.toArray());
            bytes += encoded.length();
        }

        /** Bytes of events so far. */
        long bytes() {
            return bytes;
        }

        @Override
        public void close() throws IOException {
            rows.close();
        }
    }

    static byte[] header(int partition, long from, long to) {
        return ByteBuffer.allocate(MAGIC.length + Integer.BYTES + 2 * Long.BYTES)
                .put(MAGIC)
                .putInt(partition)
                .putLong(from)
                .putLong(to)
                .array();
    }

    /** Reads the rows of a segment from a copy that is gone afterwards. Blocks; not thread-safe. */
    static final class Reader implements AutoCloseable {
        private final Path copy;
        private final DataInputStream in;
        private final Seal.Part part;
        private final String name;

        /**
         * Copies the segment of {@code part} into {@code folder} and checks its bytes and its header.
         *
         * @throws IOException where the blob store has not got these bytes
         */
        Reader(BlobStore blobs, int partition, Seal.Part part, Path folder) throws IOException {
            this.part = part;
            this.name = "segment " + part.blob() + " with the events " + part.from() + " to " + part.to()
                    + " of partition " + partition;
            this.copy = Files.createTempFile(folder, "segment-", ".read");
            try {
                blobs.fetch(part.blob(), copy);
                this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(copy), 128 << 10));
            } catch (IOException e) {
                Files.deleteIfExists(copy);
                throw new IOException(
                        name + " cannot be read: " + e.getMessage()
                                + "; restore it from a backup of the blob store, the journal has these events no more",
                        e);
            }
            byte[] expected = header(partition, part.from(), part.to());
            if (!Arrays.equals(in.readNBytes(expected.length), expected)) {
                close();
                throw new IOException(name + " says of itself that it is another one");
            }
        }

        /** The next row; empty at the end. */
        Optional<Row> next() throws IOException {
            long sequenceNr;
            try {
                sequenceNr = in.readLong();
            } catch (EOFException end) {
                return Optional.empty();
            }
            int length = in.readInt();
            if (sequenceNr < part.from() || sequenceNr > part.to() || length < 0 || length > MOST_EVENT_BYTES) {
                throw new BrokenChainException(
                        name + " has " + length + " bytes for event " + sequenceNr + ", which cannot be");
            }
            byte[] event = in.readNBytes(length);
            if (event.length < length) {
                throw new BrokenChainException(name + " ends within event " + sequenceNr);
            }
            return Optional.of(new Row(sequenceNr, PartitionCodec.decode(Bytes.wrap(event))));
        }

        @Override
        public void close() throws IOException {
            try {
                in.close();
            } finally {
                Files.deleteIfExists(copy);
            }
        }
    }
}
