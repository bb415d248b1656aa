package dev.candor.persistence.ledger.replay;

import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.vote.Certificate;
import dev.candor.persistence.partition.PartitionEvent;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Writes an export, block by block. An export that was cut short is taken up again behind its last whole block: {@link #height} says where. Not thread-safe.
 */
public final class LedgerExport implements AutoCloseable {
    private final FileChannel file;
    private final OutputStream out;
    private long height;

    private LedgerExport(FileChannel file, long height) {
        this.file = file;
        this.height = height;
        this.out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
    }

    /**
     * Opens {@code path}: begins it where it is not there, else goes on behind its last whole block.
     *
     * @throws MalformedBytesException where the file is no export of this ledger
     */
    public static LedgerExport open(Path path, LedgerGenesis genesis) throws IOException {
        String first = new LedgerLine.Genesis(genesis).write();
        if (!Files.exists(path) || Files.size(path) == 0) {
            LedgerExport export =
                    new LedgerExport(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE), 0);
            export.write(first);
            return export;
        }
        Whole whole = scan(path, first);
        FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE);
        file.truncate(whole.length());
        file.position(whole.length());
        return new LedgerExport(file, whole.height());
    }

    private record Whole(long length, long height) {}

    /** Finds the end of the last whole block. */
    private static Whole scan(Path path, String first) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] begin = in.readNBytes(first.length() + 1);
            if (!new String(begin, StandardCharsets.US_ASCII).equals(first + "\n")) {
                throw new MalformedBytesException(
                        path + " does not begin as an export of this ledger does; name another file");
            }
            byte[] block = "{\"height\":".getBytes(StandardCharsets.US_ASCII);
            byte[] buffer = new byte[1 << 16];
            long at = begin.length;
            long whole = at;
            long height = 0;
            int column = 0;
            boolean isBlock = true;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    at++;
                    if (buffer[i] == '\n') {
                        if (isBlock && column >= block.length) {
                            whole = at;
                            height++;
                        }
                        column = 0;
                        isBlock = true;
                    } else {
                        isBlock = isBlock && (column >= block.length || buffer[i] == block[column]);
                        column++;
                    }
                }
            }
            return new Whole(whole, height);
        }
    }

    /** The last block in the file; 0 for none. */
    public long height() {
        return height;
    }

    /** Appends the next block and the events behind it. */
    public void write(Block block, Certificate certificate, List<Segment> segments) throws IOException {
        if (block.header().height() != height + 1) {
            throw new IllegalArgumentException(
                    "block " + block.header().height() + " does not follow block " + height + " of the export");
        }
        for (Segment segment : segments) {
            long sequenceNr = segment.firstSequenceNr();
            for (PartitionEvent event : segment.events()) {
                write(new LedgerLine.Event(segment.partition(), sequenceNr++, event).write());
            }
        }
        write(new LedgerLine.Final(block, certificate).write());
        height++;
    }

    private void write(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.US_ASCII));
        out.write('\n');
    }

    /** Flushes, syncs and closes. */
    @Override
    public void close() throws IOException {
        try (file) {
            out.flush();
            file.force(true);
        }
    }
}
