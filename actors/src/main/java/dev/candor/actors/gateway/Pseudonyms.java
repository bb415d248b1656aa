package dev.candor.actors.gateway;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the journal may know of callers: HMAC-SHA-256 under the cluster's pseudonym key, so that nobody without the key can test a guess.
 *
 * <ul>
 *   <li>caller = HMAC("caller" NUL || caller name)
 *   <li>identity = HMAC("identity" NUL || caller name || NUL || idempotency key); its partition is the first 4 bytes, unsigned, modulo the partitions
 *   <li>fingerprint = HMAC("fingerprint" NUL || request digest)
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Pseudonyms {
    private static final int KEY_SIZE = 32;
    private static final int CACHED_CALLERS = 10_000;
    private static final String HMAC = "HmacSHA256";

    private final SecretKeySpec key;
    private final int partitions;
    private final ThreadLocal<Mac> macs;
    private final ConcurrentHashMap<String, Digest> callers = new ConcurrentHashMap<>();

    /**
     * Pseudonyms under {@code key}.
     *
     * @param key 32 bytes, the same on every node
     * @param partitions as the genesis record says
     */
    public Pseudonyms(Bytes key, int partitions) {
        if (key.length() != KEY_SIZE) {
            throw new IllegalArgumentException(
                    "the pseudonym key has " + KEY_SIZE + " bytes, this one has " + key.length());
        }
        this.key = new SecretKeySpec(key.toArray(), HMAC);
        this.partitions = partitions;
        this.macs = ThreadLocal.withInitial(this::newMac);
    }

    private Mac newMac() {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }

    /** The caller's pseudonym; a name with a NUL, which could pass for another name and key, is refused. */
    public Digest caller(String name) {
        Digest known = callers.get(name);
        if (known != null) {
            return known;
        }
        if (name.indexOf('\0') >= 0) {
            throw new RefusedException(ErrorCode.INVALID_REQUEST, "the caller's name must not hold the character NUL");
        }
        Digest made = hmac("caller\0" + name);
        if (callers.size() < CACHED_CALLERS) {
            callers.put(name, made);
        }
        return made;
    }

    /** The identity of a caller's idempotency key, with the fingerprint of what is asked under it. */
    public Identity identity(String caller, String idempotencyKey, Digest requestDigest) {
        if (caller.indexOf('\0') >= 0) {
            throw new RefusedException(ErrorCode.INVALID_REQUEST, "the caller's name must not hold the character NUL");
        }
        Digest id = hmac("identity\0" + caller + '\0' + idempotencyKey);
        Mac mac = macs.get();
        mac.update("fingerprint\0".getBytes(StandardCharsets.US_ASCII));
        Digest fingerprint = Digest.of(mac.doFinal(requestDigest.toArray()));
        return new Identity(partition(id), id, fingerprint);
    }

    /** The partition that judges an identity. */
    public int partition(Digest id) {
        return (int) ((id.a() >>> 32) % partitions);
    }

    private Digest hmac(String text) {
        return Digest.of(macs.get().doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
