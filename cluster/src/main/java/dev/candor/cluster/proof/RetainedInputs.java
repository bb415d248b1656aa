package dev.candor.cluster.proof;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import dev.candor.actors.wire.MalformedBytesException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that their callers asked to have kept, so that the answers can be proven later without sending them again. One file each, in a folder that nodes may
 * share: {@code "CRI1" | i64 end | 12 nonce | AES-256-GCM of the exchange}, with what stands before the nonce and the request's id as additional data. The key
 * comes from the network's pseudonym key, so that every node can read what another kept. An exchange whose time is over is not read, and deleted within a minute.
 * Thread-safe; calls block but {@link #obstacle}.
 */
public final class RetainedInputs {
    private static final Logger LOG = LoggerFactory.getLogger(RetainedInputs.class);
    private static final int MAGIC = 0x43524931;
    private static final int HEAD = 12;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final String CIPHER = "AES/GCM/NoPadding";

    private final Path folder;
    private final SecretKeySpec key;
    private final RetainSettings settings;
    private final LongSupplier wallMillis;
    private final SecureRandom random = new SecureRandom();
    private final AtomicLong used = new AtomicLong();

    /**
     * Kept requests.
     *
     * @param networkKey the network's pseudonym key
     * @param wallMillis milliseconds since 1970-01-01 UTC
     * @throws IOException where the folder cannot be had
     */
    public RetainedInputs(Path folder, Bytes networkKey, RetainSettings settings, LongSupplier wallMillis)
            throws IOException {
        this.folder = Files.createDirectories(folder);
        this.key = new SecretKeySpec(derived(networkKey), "AES");
        this.settings = settings;
        this.wallMillis = wallMillis;
        sweep();
    }

    private static byte[] derived(Bytes networkKey) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(networkKey.toArray(), "HmacSHA256"));
            return mac.doFinal("candor-retained-inputs-v1".getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has HmacSHA256", e);
        }
    }

    /** Why a request with so many bytes of input is not kept, or nothing. */
    Optional<String> obstacle(long bytes) {
        if (bytes > settings.mostOfOne()) {
            return Optional.of("retain_input keeps at most " + settings.mostOfOne()
                    + " bytes of a request (candor.retain.most-of-one), this one has " + bytes);
        }
        return used.get() + bytes > settings.mostBytes()
                ? Optional.of(
                        "the node keeps as many inputs as it may (candor.retain.most-bytes); send the request without"
                                + " retain_input, and keep the input yourself")
                : Optional.empty();
    }

    /** Keeps an exchange from now on. */
    void keep(RequestId id, KeptExchange exchange) throws IOException {
        byte[] plain = exchange.encode();
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] head = ByteBuffer.allocate(HEAD)
                .putInt(MAGIC)
                .putLong(wallMillis.getAsLong() + settings.keep().toMillis())
                .array();
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, id, head, nonce, plain);
        byte[] file = ByteBuffer.allocate(HEAD + NONCE + sealed.length)
                .put(head)
                .put(nonce)
                .put(sealed)
                .array();
        Path part = Files.createTempFile(folder, "part-", ".tmp");
        Files.write(part, file);
        Files.move(part, place(id), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        used.addAndGet(file.length);
    }

    /** The exchange of a request, while it is kept. */
    Optional<KeptExchange> find(RequestId id) throws IOException {
        byte[] file;
        try {
            file = Files.readAllBytes(place(id));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        OptionalLong end = end(file);
        if (end.isEmpty() || end.getAsLong() <= wallMillis.getAsLong()) {
            return Optional.empty();
        }
        byte[] head = new byte[HEAD];
        byte[] nonce = new byte[NONCE];
        byte[] sealed = new byte[file.length - HEAD - NONCE];
        ByteBuffer.wrap(file).get(head).get(nonce).get(sealed);
        try {
            return Optional.of(KeptExchange.decode(cipher(Cipher.DECRYPT_MODE, id, head, nonce, sealed)));
        } catch (MalformedBytesException e) {
            throw new IOException("the kept input of " + id + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Until when a request is kept, in milliseconds since 1970-01-01 UTC; empty where it is not. */
    OptionalLong until(RequestId id) throws IOException {
        OptionalLong end = end(place(id));
        return end.isPresent() && end.getAsLong() > wallMillis.getAsLong() ? end : OptionalLong.empty();
    }

    private static OptionalLong end(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return end(in.readNBytes(HEAD + NONCE));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong end(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        return file.length >= HEAD + NONCE && in.getInt() == MAGIC
                ? OptionalLong.of(in.getLong())
                : OptionalLong.empty();
    }

    /** Deletes what has had its time, and counts the rest. */
    void sweep() {
        long now = wallMillis.getAsLong();
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                bytes += sweep(file, now);
            }
            used.set(bytes);
        } catch (IOException e) {
            LOG.warn("Kept inputs in {} cannot be looked through: {}", folder, e.getMessage());
        }
    }

    /** The bytes of a file that stays. */
    private long sweep(Path file, long now) throws IOException {
        try {
            boolean part = file.getFileName().toString().startsWith("part-");
            OptionalLong end = end(file);
            boolean over = part
                    ? Files.getLastModifiedTime(file).toMillis()
                            < now - settings.keep().toMillis()
                    : end.isEmpty() || end.getAsLong() <= now;
            if (over) {
                Files.deleteIfExists(file);
                return 0;
            }
            return Files.size(file);
        } catch (NoSuchFileException e) {
            // Another node that shares the folder was quicker.
            return 0;
        }
    }

    private byte[] cipher(int mode, RequestId id, byte[] head, byte[] nonce, byte[] text) throws IOException {
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(head);
            cipher.updateAAD(id.toString().getBytes(StandardCharsets.US_ASCII));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IOException("the kept input of " + id + " is not what was kept: " + e.getMessage(), e);
        }
    }

    private Path place(RequestId id) {
        return folder.resolve(id.toString());
    }
}
