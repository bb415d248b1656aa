package dev.candor.attestation.evidence;

import dev.candor.attestation.wire.Octets;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The one formula by which evidence of every kind binds an executor's key and a verifier's nonce:
 * {@code SHA-256("candor-attestation-v1" NUL | u8 kind | key (32 bytes) | nonce (32 bytes))}.
 *
 * <p>Where it stands: the first 32 of the 64 bytes of report data of SGX, TDX and SEV-SNP, with 32 zero bytes behind it; {@code user_data} of a Nitro
 * document; the nonce of a GPU's measurement request.
 */
public final class Binding {
    /** Bytes of a binding. */
    public static final int BYTES = 32;

    private static final byte[] DOMAIN = "candor-attestation-v1\0".getBytes(StandardCharsets.US_ASCII);

    private Binding() {}

    /** What evidence of {@code kind} must hold to bind {@code key} and {@code nonce}. */
    public static Octets of(Kind kind, Octets key, Octets nonce) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        bytes.writeBytes(DOMAIN);
        bytes.write(kind.code());
        bytes.writeBytes(key.toArray());
        bytes.writeBytes(nonce.toArray());
        return Octets.copyOf(bytes.toByteArray()).sha256();
    }
}
