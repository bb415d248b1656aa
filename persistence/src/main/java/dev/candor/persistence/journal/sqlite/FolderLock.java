package dev.candor.persistence.journal.sqlite;

import dev.candor.persistence.journal.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps a folder for one owner: {@code candor.lock} is locked as long as this is open, and the system releases it when the process ends in
 * whatever way. So whoever holds it knows that every earlier owner is gone.
 */
final class FolderLock implements AutoCloseable {
    private static final String FILE = "candor.lock";

    /**
     * Folders locked in this JVM. Asked before the file is opened, because on POSIX systems closing any descriptor of a file gives up all locks that
     * the process has on it.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** Creates the folder where it is missing and locks it; throws {@link JournalException.Refused} where somebody has it. */
    static FolderLock acquire(Path wanted) {
        try {
            Files.createDirectories(wanted);
            Path folder = wanted.toRealPath();
            synchronized (HELD) {
                if (!HELD.add(folder)) {
                    throw inUse(folder, "this process");
                }
            }
            boolean locked = false;
            try {
                FolderLock lock = lock(folder);
                locked = true;
                return lock;
            } finally {
                if (!locked) {
                    forget(folder);
                }
            }
        } catch (IOException e) {
            throw new JournalException.Refused(
                    "the journal's folder " + wanted + " cannot be created or locked (" + e.getMessage()
                            + "); give candor.journal.sqlite.folder a folder that this user may write to",
                    e);
        }
    }

    private static FolderLock lock(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean kept = false;
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(folder, "another process" + readOwner(channel));
            }
            byte[] owner = (ProcessHandle.current().pid() + " since " + Instant.now()).getBytes(StandardCharsets.UTF_8);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(owner), 0);
            kept = true;
            return new FolderLock(folder, channel);
        } finally {
            if (!kept) {
                channel.close();
            }
        }
    }

    private static String readOwner(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(100);
        channel.read(text, 0);
        text.flip();
        return text.hasRemaining() ? " (" + StandardCharsets.UTF_8.decode(text) + ")" : "";
    }

    private static JournalException inUse(Path folder, String owner) {
        return new JournalException.Refused("the journal in " + folder + " is in use by " + owner
                + "; stop that node, or give this one its own folder in candor.journal.sqlite.folder");
    }

    /** The folder's real path. */
    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            forget(folder);
        }
    }

    private static void forget(Path folder) {
        synchronized (HELD) {
            HELD.remove(folder);
        }
    }
}
