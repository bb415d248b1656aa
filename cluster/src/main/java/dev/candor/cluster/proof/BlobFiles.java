package dev.candor.cluster.proof;

import dev.candor.actors.value.Digest;
import dev.candor.persistence.blob.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small blobs as bytes. The calls block; thread-safe. */
final class BlobFiles {
    /** The largest that is read: what a lineage of many epochs takes. */
    private static final long MOST_BYTES = 1L << 28;

    private final BlobStore blobs;

    BlobFiles(BlobStore blobs) {
        this.blobs = blobs;
    }

    Digest put(byte[] bytes) throws IOException {
        return blobs.put(new ByteArrayInputStream(bytes), MOST_BYTES).id();
    }

    byte[] read(Digest id) throws IOException {
        long size = blobs.size(id).orElseThrow(() -> new IOException("the file " + id + " is not in the blob store"));
        if (size > MOST_BYTES) {
            throw new IOException("the file " + id + " has " + size + " bytes, more than " + MOST_BYTES);
        }
        Path folder = Files.createTempDirectory("candor-blob-");
        Path copy = folder.resolve("blob");
        try {
            blobs.fetch(id, copy);
            return Files.readAllBytes(copy);
        } finally {
            Files.deleteIfExists(copy);
            Files.deleteIfExists(folder);
        }
    }

    void delete(Digest id) throws IOException {
        blobs.delete(id);
    }
}
