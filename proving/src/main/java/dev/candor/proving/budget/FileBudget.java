package dev.candor.proving.budget;

import dev.candor.proving.hash.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;

/**
 * A budget in a file of its own. The file is locked while the budget is open, and written and synced before an opening is given out, so a
 * process that dies at any time has used up at most one opening for nothing.
 *
 * <p>A copy of the file would give out the same openings again, and weights leak once more columns are open than a row has random
 * coefficients. So the file names what cannot be copied with it: its own place in the file system (its path and the key that the system gives
 * a file), the boot of the machine, and the time of its last write, which must be the time at which the system last saw the file change.
 * Where any of them is another one, the epoch is over. What is not noticed: whoever sets the system's clock back, or restores the whole
 * machine with its memory.
 *
 * <p>The bytes: "candor-openings-v2" 0x00; SHA-256 of the place; SHA-256 of the boot; milliseconds of the last write, the next opening,
 * the opening behind the last for proofs, the opening behind the last of all; 8 bytes each, big-endian.
 */
public final class FileBudget implements OpeningBudget, AutoCloseable {

    private static final byte[] MAGIC = "candor-openings-v2\0".getBytes(StandardCharsets.US_ASCII);
    private static final int WRITTEN_AT = MAGIC.length + 2 * Digest.BYTES;
    private static final int NUMBERS = 4;
    private static final int SIZE = WRITTEN_AT + NUMBERS * Long.BYTES;

    /** A file is written within this time of the moment that is noted in it. */
    private static final long MOST_DELAY_MILLIS = 2000;

    private static final String CHANGED = "unix:ctime";
    private static final int TRIES = 5;

    private final Path file;
    private final FileChannel channel;
    private long next;
    private long proofEnd;
    private long end;

    private FileBudget(Path file, FileChannel channel, long next, long proofEnd, long end) {
        this.file = file;
        this.channel = channel;
        this.next = next;
        this.proofEnd = proofEnd;
        this.end = end;
    }

    /**
     * Starts the budget of a new epoch.
     *
     * @param file must not be there yet
     * @param first the first opening to give out: 1 where opening 0 went to the registration or roll-over into the epoch
     * @param end the opening behind the last
     * @param kept how many of the last openings are kept for roll-overs, so that one that dies on its way can be made again
     * @param boot what names this boot of this machine
     */
    public static FileBudget create(Path file, long first, long end, int kept, String boot) throws BudgetException {
        try {
            FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    ownerOnly(file));
            try {
                lock(channel, file);
                ByteBuffer bytes = ByteBuffer.allocate(SIZE);
                bytes.put(MAGIC).put(place(file).toBytes()).put(digest(boot).toBytes());
                write(channel, bytes.position(SIZE).flip(), 0);
                FileBudget budget = new FileBudget(file, channel, first, Math.max(first, end - kept), end);
                budget.record();
                syncFolder(file);
                return budget;
            } catch (IOException | BudgetException e) {
                channel.close();
                throw e;
            }
        } catch (FileAlreadyExistsException e) {
            throw new BudgetException("There is a record of openings already in " + file + ".", e);
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
        return open(file, boot, false);
    }

    /**
     * Goes on with a budget after the machine was started anew, for the roll-over out of its epoch. Whoever asks for it vouches that nothing
     * was restored from a copy meanwhile; the place and the time of the last write are still demanded.
     */
    public static FileBudget openAfterRestart(Path file, String boot) throws BudgetException {
        return open(file, boot, true);
    }

    private static FileBudget open(Path file, String boot, boolean anyBoot) throws BudgetException {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                return open(channel, file, boot, anyBoot);
            } catch (IOException | BudgetException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new BudgetException("The record of openings " + file + " cannot be read: " + e + ".", e);
        }
    }

    private static FileBudget open(FileChannel channel, Path file, String boot, boolean anyBoot)
            throws IOException, BudgetException {
        lock(channel, file);
        ByteBuffer bytes = ByteBuffer.allocate(SIZE + 1);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // Until the file ends; one byte too many is noticed.
        }
        bytes.flip();
        byte[] magic = new byte[MAGIC.length];
        if (bytes.remaining() == SIZE) {
            bytes.get(magic);
        }
        if (!Arrays.equals(magic, MAGIC)) {
            throw new BudgetException(file + " is no record of openings.");
        }
        byte[] digest = new byte[Digest.BYTES];
        bytes.get(digest);
        boolean own = Digest.of(digest).equals(place(file));
        bytes.get(digest);
        boolean sameBoot = Digest.of(digest).equals(digest(boot));
        long written = bytes.getLong();
        if (!own || !isOwnWrite(file, written)) {
            throw new BudgetException("The record of openings " + file
                    + " was copied, moved or restored: which openings were used is not known, so this epoch is over. Commit to"
                    + " the model anew.");
        }
        if (!sameBoot && !anyBoot) {
            throw new BudgetException("The record of openings " + file
                    + " was made before this machine started, and might come from a restored disk, so this epoch is over. If"
                    + " nothing was restored, roll the model over; otherwise commit to it anew.");
        }
        long next = bytes.getLong();
        long proofEnd = bytes.getLong();
        long end = bytes.getLong();
        if (next < 0 || end < next || proofEnd > end) {
            throw new BudgetException(file + " is no record of openings.");
        }
        return new FileBudget(file, channel, next, proofEnd, end);
    }

    /** Locks the file until its channel is closed. */
    private static void lock(FileChannel channel, Path file) throws IOException, BudgetException {
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return;
            }
        } catch (OverlappingFileLockException _) {
            // Held by this process: refused like any other holder.
        }
        throw new BudgetException("The record of openings " + file + " is in use by another prover.");
    }

    private static Digest place(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return digest(attributes.fileKey() + "\0" + file.toRealPath());
    }

    private static Digest digest(String text) {
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the system saw the file change last when it was written by a budget. Systems without such a time cannot tell. */
    private static boolean isOwnWrite(Path file, long written) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return true;
        }
        Instant changed = ((FileTime) Files.getAttribute(file, CHANGED)).toInstant();
        return Math.abs(changed.toEpochMilli() - written) <= MOST_DELAY_MILLIS;
    }

    private static FileAttribute<?>[] ownerOnly(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        FileStore store = Files.getFileStore(folder == null ? file.toAbsolutePath() : folder);
        return store.supportsFileAttributeView(PosixFileAttributeView.class)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Writes what is left and syncs it, until the system has noted the very time of the write. */
    private void record() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            long now = System.currentTimeMillis();
            ByteBuffer bytes = ByteBuffer.allocate(NUMBERS * Long.BYTES)
                    .putLong(now)
                    .putLong(next)
                    .putLong(proofEnd)
                    .putLong(end);
            write(channel, bytes.flip(), WRITTEN_AT);
            if (isOwnWrite(file, now)) {
                return;
            }
        }
        throw new IOException("the clock of the file system is not that of the machine");
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
        if (next >= proofEnd) {
            throw new BudgetException(
                    "All openings of this epoch are used up but those kept for the roll-over. Roll the model over before the"
                            + " next proof.");
        }
        long opening = next++;
        persist();
        return opening;
    }

    /**
     * An opening for a roll-over into the next epoch: the last that is left.
     *
     * @throws BudgetException where none is left
     */
    public synchronized long forRollOver() throws BudgetException {
        if (next >= end) {
            throw new BudgetException(
                    "No opening of this epoch is left, not even for a roll-over: commit to the model anew, under a new id.");
        }
        long opening = --end;
        proofEnd = Math.min(proofEnd, end);
        persist();
        return opening;
    }

    /** The opening that was just taken stays taken, whether its record reaches the disk or not. */
    private void persist() throws BudgetException {
        try {
            record();
        } catch (IOException e) {
            throw new BudgetException("The use of an opening cannot be recorded: " + e + ".", e);
        }
    }

    @Override
    public synchronized long left() {
        return Math.max(0, proofEnd - next);
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
