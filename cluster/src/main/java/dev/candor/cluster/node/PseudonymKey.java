package dev.candor.cluster.node;

import dev.candor.actors.value.Bytes;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/** The file of the key that turns callers into pseudonyms: 32 bytes, the same on every node of a network. */
final class PseudonymKey {
    private static final int SIZE = 32;

    private PseudonymKey() {}

    /** The key in {@code file}; a new one, readable by its owner only, where there is none. */
    static Bytes loadOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            create(file);
        }
        byte[] key = Files.readAllBytes(file);
        if (key.length != SIZE) {
            throw new IOException("the pseudonym key " + file + " has " + key.length
                    + " bytes, it needs 32; restore the file that the network was founded with");
        }
        return Bytes.wrap(key);
    }

    private static void create(Path file) throws IOException {
        byte[] key = new byte[SIZE];
        new SecureRandom().nextBytes(key);
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, key, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("two nodes are making the pseudonym key " + file + " at once; start one first", e);
        }
    }
}
