package dev.candor.proving.budget;

import dev.candor.proving.hash.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;

/**
 * A budget in a file of its own. The file is locked while the budget is open, and written and synced before an opening is given out, so a
 * process that dies at any time has used up at most one opening for nothing.
 *
 * <p>A copy of the file would give out the same openings again, and weights leak once more columns are open than a row has random
 * coefficients. So the file names what cannot be copied with it: its own place in the file system (the key that the system gives a file) and the
 * boot of the machine. Where either is another one, the epoch is over: the model rolls over, or is registered anew. What an administrator
 * can do to a running machine, such as writing old bytes into this very file, is not noticed.
 */
public final class FileBudget implements OpeningBudget, AutoCloseable {

    private static final byte[] MAGIC = "candor-openings-v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final int COUNT_AT = MAGIC.length + Digest.BYTES;
    private static final int SIZE = COUNT_AT + 2 * Long.BYTES;

    private final FileChannel channel;
    private final FileLock lock;
    private final long end;
    private long next;

    private FileBudget(FileChannel channel, FileLock lock, long next, long end) {
        this.channel = channel;
        this.lock = lock;
        this.next = next;
        this.end = end;
    }

    /**
     * Starts the budget of a new epoch.
     *
     * @param file must not be there yet
     * @param first the first opening to give out: 1 where opening 0 went to the registration or roll-over into the epoch
     * @param end the opening behind the last
     * @param boot what names this boot of this machine
     */
    public static FileBudget create(Path file, long first, long end, String boot) throws BudgetException {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = lock(channel, file);
            ByteBuffer bytes = ByteBuffer.allocate(SIZE);
            bytes.put(MAGIC).put(identity(file, boot).toBytes()).putLong(first).putLong(end);
            write(channel, bytes.flip(), 0);
            syncFolder(file);
            return new FileBudget(channel, lock, first, end);
        } catch (IOException e) {
            throw new BudgetException("The openings cannot be recorded in " + file + ": " + e + ".", e);
        }
    }

    /**
     * Goes on with a budget.
     *
     * @throws BudgetException where the file is in use, is no budget, or was copied, restored or made before the last boot
     */
    public static FileBudget open(Path file, String boot) throws BudgetException {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                return open(channel, file, boot);
            } catch (IOException | BudgetException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new BudgetException("The record of openings " + file + " cannot be read: " + e + ".", e);
        }
    }

    private static FileBudget open(FileChannel channel, Path file, String boot) throws IOException, BudgetException {
        FileLock lock = lock(channel, file);
        ByteBuffer bytes = ByteBuffer.allocate(SIZE + 1);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // Until the file ends; one byte too many is noticed.
        }
        bytes.flip();
        if (bytes.remaining() != SIZE) {
            throw new BudgetException(file + " is no record of openings.");
        }
        byte[] magic = new byte[MAGIC.length];
        bytes.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new BudgetException(file + " is no record of openings.");
        }
        byte[] identity = new byte[Digest.BYTES];
        bytes.get(identity);
        if (!Digest.of(identity).equals(identity(file, boot))) {
            throw new BudgetException("The record of openings " + file
                    + " was copied, restored, or made before this machine started: which openings were used is not known, so"
                    + " this epoch is over. Roll the model over, or register it anew.");
        }
        long next = bytes.getLong();
        long end = bytes.getLong();
        if (next < 0 || end < next) {
            throw new BudgetException(file + " is no record of openings.");
        }
        return new FileBudget(channel, lock, next, end);
    }

    private static FileLock lock(FileChannel channel, Path file) throws IOException, BudgetException {
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException _) {
            // Held by this process: refused like any other holder.
        }
        channel.close();
        throw new BudgetException("The record of openings " + file + " is in use by another prover.");
    }

    private static Digest identity(Path file, String boot) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        String place = attributes.fileKey() + "\0" + file.toRealPath() + "\0" + boot;
        return Digest.sha256(place.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
        channel.force(true);
    }

    private static void syncFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public synchronized long next() throws BudgetException {
        if (next >= end) {
            throw new BudgetException(
                    "All openings of this epoch are used up. Roll the model over before the next proof.");
        }
        try {
            ByteBuffer count = ByteBuffer.allocate(Long.BYTES).putLong(next + 1);
            write(channel, count.flip(), COUNT_AT);
        } catch (IOException e) {
            // Whether the count reached the disk is not known: this opening is never given out.
            next++;
            throw new BudgetException("The use of an opening cannot be recorded: " + e + ".", e);
        }
        return next++;
    }

    @Override
    public synchronized long left() {
        return end - next;
    }

    @Override
    public synchronized void close() throws IOException {
        lock.close();
        channel.close();
    }
}
