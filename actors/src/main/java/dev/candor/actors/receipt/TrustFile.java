package dev.candor.actors.receipt;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The keys that somebody trusts, and the network for which. It is the only source of keys for {@link ReceiptVerifier}. {@code docs/receipt.md} specifies
 * the file. Immutable.
 *
 * @param network digest of the genesis record, if only one network's receipts are to be believed
 * @param keys at most {@value #MAX_KEYS}, each id once
 */
public record TrustFile(Optional<Digest> network, List<TrustedKey> keys) {
    /** The most keys of one file. */
    public static final int MAX_KEYS = 1_000;

    /** The largest file in bytes. */
    public static final int MAX_SIZE = 1 << 20;

    /** No network named, no key trusted. */
    public static final TrustFile EMPTY = new TrustFile(Optional.empty(), List.of());

    /** Refuses repeated keys and more than {@value #MAX_KEYS}. */
    public TrustFile {
        keys = List.copyOf(keys);
        if (keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException(
                    "a trust file has at most " + MAX_KEYS + " keys, this one has " + keys.size());
        }
        Set<Digest> ids = new HashSet<>();
        for (TrustedKey key : keys) {
            if (!ids.add(key.id())) {
                throw new IllegalArgumentException("key " + key.id() + " appears twice; leave one entry");
            }
        }
    }

    /** The key of this id. */
    public Optional<TrustedKey> key(Digest id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    /** This file with one more key; one that it has already is an {@link IllegalArgumentException}. */
    public TrustFile with(TrustedKey key) {
        if (key(key.id()).isPresent()) {
            throw new IllegalArgumentException("the trust file has key " + key.id() + " already");
        }
        List<TrustedKey> more = new ArrayList<>(keys);
        more.add(key);
        return new TrustFile(network, more);
    }

    /** This file for one network only; another network than the file's is an {@link IllegalArgumentException}. */
    public TrustFile forNetwork(Digest only) {
        if (network.isPresent() && !network.get().equals(only)) {
            throw new IllegalArgumentException("the trust file is for network " + network.get() + ", not " + only
                    + "; use a file for each network");
        }
        return new TrustFile(Optional.of(only), keys);
    }

    /** This file with a key revoked; its entry stays, so that its receipts are refused for the right reason. An unknown id is an {@link IllegalArgumentException}. */
    public TrustFile revoke(Digest id, Instant at) {
        if (key(id).isEmpty()) {
            throw new IllegalArgumentException("the trust file has no key " + id);
        }
        return new TrustFile(
                network,
                keys.stream()
                        .map(key -> key.id().equals(id) ? key.revoked(at) : key)
                        .toList());
    }

    /** Reads a file strictly: unknown fields, repeated fields, repeated keys and false key ids are refused. */
    public static TrustFile load(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_SIZE + 1);
        } catch (NoSuchFileException e) {
            throw new KeyMaterialException(
                    "the trust file " + file + " is not there; `candor keys export` or `keys register` makes one");
        }
        try {
            return parse(Bytes.wrap(bytes));
        } catch (KeyMaterialException e) {
            throw new KeyMaterialException("trust file " + file + ": " + e.getMessage());
        }
    }

    /** Reads a file's content as strictly as {@link #load}. */
    public static TrustFile parse(Bytes json) throws KeyMaterialException {
        return TrustFileJson.parse(json.toArray());
    }

    /** Writes the file whole or not at all. */
    public void save(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new KeyMaterialException("the folder " + folder + " for " + file + " is not there; make it first");
        }
        Path whole = Files.createTempFile(folder, "trust", ".tmp");
        try {
            Files.write(whole, toJson().getBytes(StandardCharsets.UTF_8));
            // A temporary file is its owner's only, a trust file is public.
            if (Files.getFileStore(whole).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(whole, PosixFilePermissions.fromString("rw-r--r--"));
            }
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    /** The file's text, the same for the same content. */
    public String toJson() {
        return TrustFileJson.render(this);
    }
}
