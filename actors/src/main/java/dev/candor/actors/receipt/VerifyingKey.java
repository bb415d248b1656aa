package dev.candor.actors.receipt;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.util.Base64;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * An Ed25519 public key (RFC 8032): the canonical encoding of a point of prime order, never anything else. Immutable and thread-safe.
 *
 * @param raw {@value #SIZE} bytes
 */
public record VerifyingKey(Bytes raw) {
    /** The size in bytes. */
    public static final int SIZE = 32;

    /** What stands before the raw key in an SPKI (RFC 8410, section 4). */
    private static final Bytes SPKI_PREFIX = Bytes.ofHex("302a300506032b6570032100");

    private static final String PEM_LABEL = "PUBLIC KEY";

    /** Refuses points of small or mixed order and other encodings of a point: under those one signature fits many messages, or one key has many ids. */
    public VerifyingKey {
        if (raw.length() != SIZE) {
            throw new IllegalArgumentException("an Ed25519 public key has 32 bytes, this one has " + raw.length());
        }
        if (!Ed25519.validatePublicKeyFull(raw.toArray(), 0)) {
            throw new IllegalArgumentException(
                    "this is no Ed25519 public key: its 32 bytes encode no point of prime order");
        }
    }

    /** Reads base64 of the raw key, or an SPKI PEM. */
    public static VerifyingKey parse(String text) throws KeyMaterialException {
        Bytes raw = Pem.looksLikeOne(text) ? rawOf(Pem.read(PEM_LABEL, text)) : base64(text.strip());
        try {
            return new VerifyingKey(raw);
        } catch (IllegalArgumentException e) {
            throw new KeyMaterialException(String.valueOf(e.getMessage()));
        }
    }

    /** SHA-256 of the raw key: how trust files and receipts name it. */
    public Digest id() {
        return Digest.sha256(raw);
    }

    /** Base64 of the raw key. */
    public String toBase64() {
        return Base64.getEncoder().encodeToString(raw.toArray());
    }

    /** The key as an SPKI PEM. */
    public String toPem() {
        byte[] der = new byte[SPKI_PREFIX.length() + SIZE];
        SPKI_PREFIX.copyTo(der, 0);
        raw.copyTo(der, SPKI_PREFIX.length());
        return Pem.write(PEM_LABEL, der);
    }

    /**
     * Whether {@code signature} is this key's over {@code message}. Beyond RFC 8032 (S below the order) R must be the canonical encoding of a point of
     * prime order, so that no verifier's choice about the cofactor makes a difference.
     */
    public boolean verifies(Bytes message, Bytes signature) {
        if (signature.length() != Receipt.SIGNATURE_SIZE) {
            return false;
        }
        byte[] signed = message.toArray();
        byte[] bytes = signature.toArray();
        return Ed25519.validatePublicKeyFull(bytes, 0)
                && Ed25519.verify(bytes, 0, raw.toArray(), 0, signed, 0, signed.length);
    }

    private static Bytes rawOf(Bytes spki) throws KeyMaterialException {
        int prefix = SPKI_PREFIX.length();
        if (spki.length() != prefix + SIZE || !spki.slice(0, prefix).equals(SPKI_PREFIX)) {
            throw new KeyMaterialException("the PEM holds no Ed25519 public key; `openssl pkey -pubout` writes one");
        }
        return spki.slice(prefix, SIZE);
    }

    private static Bytes base64(String text) throws KeyMaterialException {
        return Pem.base64(text)
                .filter(bytes -> bytes.length() == SIZE)
                .orElseThrow(() -> new KeyMaterialException(
                        "a public key is the base64 of 32 bytes (44 characters) or an SPKI PEM, this is neither"));
    }
}
