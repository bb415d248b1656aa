package dev.candor.persistence.blob;

import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Content-addressed storage of model files. The calls block: they run on a dispatcher for blocking work. A folder by default; small enough that an
 * object store of the S3 kind fits behind it.
 */
public interface BlobStore {
    /**
     * A stored blob.
     *
     * @param id SHA-256 of its bytes
     * @param size in bytes
     */
    record Blob(Digest id, long size) {}

    /**
     * Stores the stream's bytes, at most {@code limit} of them, durably and atomically; a blob that is there already is left as it is.
     *
     * @throws dev.candor.actors.inference.RefusedException with TOO_LARGE past the limit; nothing stays behind
     */
    Blob put(InputStream bytes, long limit) throws IOException;

    /** The size of a blob, if it is there. */
    Optional<Long> size(Digest id) throws IOException;

    /**
     * Copies a blob into {@code target} and verifies its digest.
     *
     * @throws IOException also where the bytes are not the ones the id names; {@code target} is then gone
     */
    void fetch(Digest id, Path target) throws IOException;

    /** Removes a blob; one that is not there is no error. */
    void delete(Digest id) throws IOException;
}
