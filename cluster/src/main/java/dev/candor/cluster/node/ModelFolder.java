package dev.candor.cluster.node;

import dev.candor.actors.executor.ModelFiles;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.blob.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * This node's copies of model files. A copy is held against its digest each time a device is about to load it: a receipt must not name weights that
 * somebody changed on disk.
 */
final class ModelFolder implements ModelFiles {
    private final Path folder;
    private final BlobStore blobs;
    private final Executor blocking;

    ModelFolder(Path folder, BlobStore blobs, Executor blocking) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.blobs = blobs;
        this.blocking = blocking;
    }

    @Override
    public CompletionStage<Path> fetch(Digest contentId) {
        return CompletableFuture.supplyAsync(() -> fetchNow(contentId), blocking);
    }

    private Path fetchNow(Digest contentId) {
        Path file = folder.resolve(contentId.toHex() + ".pt");
        try {
            if (Files.exists(file) && !digest(file).equals(contentId)) {
                Files.delete(file);
            }
            if (!Files.exists(file)) {
                blobs.fetch(contentId, file);
            }
            return file;
        } catch (IOException e) {
            throw new RefusedException(
                    ErrorCode.NOT_READY, "the model's file " + contentId.toHex() + " cannot be had: " + e.getMessage());
        }
    }

    private static Digest digest(Path file) throws IOException {
        MessageDigest sha = Digest.sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha.update(buffer, 0, read);
            }
        }
        return Digest.of(sha.digest());
    }
}
