package dev.candor.torchscript;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The zip archive that a TorchScript file is, read strictly (see {@link ArchiveDirectory}), with its entries named without the folder
 * that all of them share.
 */
final class Archive {
    private static final int BLOCK = 1 << 18;

    private final ByteSource source;
    private final SortedMap<String, Entry> entries;

    private Archive(ByteSource source, SortedMap<String, Entry> entries) {
        this.source = source;
        this.entries = entries;
    }

    /**
     * One file of the archive.
     *
     * @param name without the common folder
     * @param deflated whether its bytes are compressed; libtorch knows no other method
     * @param packed its bytes in the archive
     * @param size its bytes unpacked
     * @param crc CRC-32 of the unpacked bytes
     * @param position where its bytes start
     */
    record Entry(String name, boolean deflated, long packed, long size, long crc, long position) {}

    /** Reads the directory and checks every entry against its own header and checksum. */
    static Archive open(ByteSource source, InspectionLimits limits) throws IOException {
        return new Archive(source, ArchiveDirectory.read(source, limits));
    }

    /** All entries by name. */
    SortedMap<String, Entry> entries() {
        return entries;
    }

    /** The entry of this name, if there is one. */
    Optional<Entry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /** The entry of this name; a refusal where there is none. */
    Entry require(String name) {
        return find(name)
                .orElseThrow(() -> InvalidModelException.because("the file is no TorchScript archive: it has no \""
                        + name + "\" inside; save the model with torch.jit.save"));
    }

    /** The unpacked bytes of an entry that may have at most {@code most}; its checksum is verified. */
    byte[] read(Entry entry, int most) throws IOException {
        if (entry.size > most) {
            throw InvalidModelException.in(entry.name, "has " + entry.size + " bytes; at most " + most + " are read");
        }
        byte[] bytes = new byte[(int) entry.size];
        if (entry.deflated) {
            inflate(entry, bytes);
        } else {
            source.read(entry.position, ByteBuffer.wrap(bytes));
        }
        CRC32 crc = new CRC32();
        crc.update(bytes);
        require(entry, crc);
        return bytes;
    }

    /** Verifies the checksum of an entry that is not compressed, in blocks: weights may be larger than memory. */
    void verifyStored(Entry entry) throws IOException {
        CRC32 crc = new CRC32();
        ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK, entry.size));
        for (long done = 0; done < entry.size; done += block.limit()) {
            block.clear().limit((int) Math.min(block.capacity(), entry.size - done));
            source.read(entry.position + done, block);
            crc.update(block.flip());
        }
        require(entry, crc);
    }

    /** Part of an entry that is not compressed, little-endian; what its checksum says is not asked again. */
    ByteBuffer window(Entry entry, long from, int count) throws IOException {
        if (entry.deflated || from < 0 || from > entry.size - count) {
            throw InvalidModelException.in(entry.name, "is shorter than a tensor that lies in it");
        }
        return bytes(source, entry.position + from, count);
    }

    private void inflate(Entry entry, byte[] bytes) throws IOException {
        // Packed data may legally be a little larger than what it unpacks to, never much.
        if (entry.packed > entry.size + entry.size / 1000 + 64) {
            throw InvalidModelException.in(
                    entry.name, "is packed into more bytes than it unpacks to; save the model again");
        }
        byte[] packed = new byte[(int) entry.packed];
        source.read(entry.position, ByteBuffer.wrap(packed));
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(packed);
            int length = 0;
            while (length < bytes.length && !inflater.finished()) {
                int count = inflater.inflate(bytes, length, bytes.length - length);
                if (count == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    break;
                }
                length += count;
            }
            boolean more = !inflater.finished() && inflater.inflate(new byte[1]) != 0;
            if (more || length != bytes.length || !inflater.finished() || inflater.getRemaining() != 0) {
                throw InvalidModelException.in(
                        entry.name, "does not unpack to the size the archive states; the file is damaged");
            }
        } catch (DataFormatException e) {
            throw InvalidModelException.in(entry.name, "is not validly compressed; the file is damaged");
        }
    }

    private static void require(Entry entry, CRC32 crc) {
        if (crc.getValue() != entry.crc) {
            throw InvalidModelException.in(entry.name, "does not match its checksum; the file is damaged");
        }
    }

    /** Reads {@code count} bytes at {@code position}, little-endian. */
    static ByteBuffer bytes(ByteSource source, long position, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        source.read(position, buffer);
        return buffer.flip();
    }

    /** Whether the next bytes of {@code buffer} are {@code expected}; they are consumed. */
    static boolean matches(ByteBuffer buffer, byte[] expected) {
        byte[] actual = new byte[expected.length];
        buffer.get(actual);
        return Arrays.equals(actual, expected);
    }
}
