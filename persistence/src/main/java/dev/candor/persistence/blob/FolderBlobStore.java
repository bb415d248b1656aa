package dev.candor.persistence.blob;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs as files {@code FOLDER/ab/cd/abcd...}, named by their digests. Several processes may share the folder. Thread-safe.
 *
 * <p>A blob is written under {@code FOLDER/incoming}, synced and then renamed, so that a name is there only with all of its bytes; the folders are synced
 * as well. What a crash leaves under {@code incoming} is deleted when a store is opened and nobody has written to it for an hour.
 */
public final class FolderBlobStore implements BlobStore {
    private static final Logger LOG = LoggerFactory.getLogger(FolderBlobStore.class);
    private static final String INCOMING = "incoming";
    private static final Duration LEFT_BEHIND = Duration.ofHours(1);
    private static final int BUFFER = 128 << 10;

    private final Path folder;
    private final Path incoming;

    /** Opens the store in {@code folder}, creating it where it is missing, and deletes what crashes left there. */
    public FolderBlobStore(Path folder, InstantSource clock) throws IOException {
        Files.createDirectories(folder.resolve(INCOMING));
        this.folder = folder.toRealPath();
        this.incoming = this.folder.resolve(INCOMING);
        sweep(clock);
    }

    private void sweep(InstantSource clock) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(incoming)) {
            for (Path leftover : leftovers) {
                sweep(leftover, clock);
            }
        }
    }

    private static void sweep(Path leftover, InstantSource clock) throws IOException {
        try {
            if (Files.getLastModifiedTime(leftover)
                    .toInstant()
                    .plus(LEFT_BEHIND)
                    .isBefore(clock.instant())) {
                Files.deleteIfExists(leftover);
                LOG.info("Deleted {}, left behind by an upload that did not end", leftover);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} went away by itself: its upload ended", leftover);
        }
    }

    /** {@inheritDoc} A stored file that was cut short is replaced. */
    @Override
    public Blob put(InputStream bytes, long limit) throws IOException {
        Path written = incoming.resolve(UUID.randomUUID().toString());
        try {
            Blob blob = write(bytes, limit, written);
            if (!size(blob.id()).equals(Optional.of(blob.size()))) {
                move(written, blob.id());
            }
            return blob;
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private static Blob write(InputStream bytes, long limit, Path written) throws IOException {
        MessageDigest sha = newSha256();
        long size = 0;
        byte[] buffer = new byte[BUFFER];
        try (FileChannel file = FileChannel.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream out = Channels.newOutputStream(file);
            for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
                size += count;
                if (size > limit) {
                    throw new RefusedException(
                            ErrorCode.TOO_LARGE,
                            "the file has more than the " + limit + " bytes that are allowed; send a smaller one");
                }
                sha.update(buffer, 0, count);
                out.write(buffer, 0, count);
            }
            file.force(true);
        }
        return new Blob(Digest.of(sha.digest()), size);
    }

    private void move(Path written, Digest id) throws IOException {
        String hex = id.toHex();
        Path first = folder.resolve(hex.substring(0, 2));
        Path second = first.resolve(hex.substring(2, 4));
        Files.createDirectories(second);
        Files.move(written, second.resolve(hex), StandardCopyOption.ATOMIC_MOVE);
        // The folders' entries, from the top down: a crash in between leaves no name, or one with all of its bytes.
        sync(folder);
        sync(first);
        sync(second);
    }

    @Override
    public Optional<Long> size(Digest id) throws IOException {
        try {
            return Optional.of(Files.size(place(id)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void fetch(Digest id, Path target) throws IOException {
        Path part = Path.of(target + "." + UUID.randomUUID() + ".part");
        boolean fetched = false;
        try {
            if (size(id).isEmpty()) {
                throw new NoSuchFileException("the blob " + id + " is not in the store " + folder);
            }
            Digest found = copy(place(id), part);
            if (!found.equals(id)) {
                throw new IOException("the stored blob " + id + " is damaged: its bytes have the digest " + found
                        + "; store it again");
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            fetched = true;
        } finally {
            if (!fetched) {
                Files.deleteIfExists(part);
                Files.deleteIfExists(target);
            }
        }
    }

    @Override
    public void delete(Digest id) throws IOException {
        Files.deleteIfExists(place(id));
    }

    private static Digest copy(Path from, Path to) throws IOException {
        MessageDigest sha = Digest.sha256();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel target = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (source.read(buffer) >= 0) {
                buffer.flip();
                sha.update(buffer.duplicate());
                while (buffer.hasRemaining()) {
                    target.write(buffer);
                }
                buffer.clear();
            }
        }
        return Digest.of(sha.digest());
    }

    /** One of its own, not the thread's: the stream that is read meanwhile may hash as well. */
    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private Path place(Digest id) {
        String hex = id.toHex();
        return folder.resolve(hex.substring(0, 2)).resolve(hex.substring(2, 4)).resolve(hex);
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
