package dev.candor.cluster.security;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;

/** Ethereum's signatures: Keccak-256, and the address that signed a digest with ECDSA over secp256k1 (SEC 1, 4.1.6). Stateless. */
public final class Secp256k1 {
    /** Bytes of a signature: r, s, and which of the points with that r it was. */
    public static final int SIGNATURE = 65;

    /** Bytes of an address: the end of the Keccak-256 of the public key. */
    public static final int ADDRESS = 20;

    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
    private static final BigInteger HALF = CURVE.getN().shiftRight(1);

    private Secp256k1() {}

    /** Keccak-256, as before SHA-3 was padded differently. */
    public static Digest keccak(byte[] bytes, int offset, int length) {
        KeccakDigest keccak = new KeccakDigest(256);
        keccak.update(bytes, offset, length);
        byte[] digest = new byte[Digest.SIZE];
        keccak.doFinal(digest, 0);
        return Digest.of(digest);
    }

    /** Keccak-256 of all of it. */
    public static Digest keccak(byte[] bytes) {
        return keccak(bytes, 0, bytes.length);
    }

    /** Whose signature of {@code digest} this is; empty where it is nobody's. Of a signature and its mirror image only the one with the small s counts. */
    public static Optional<Bytes> signer(Digest digest, Bytes signature) {
        if (signature.length() != SIGNATURE) {
            return Optional.empty();
        }
        byte[] bytes = signature.toArray();
        BigInteger r = new BigInteger(1, Arrays.copyOfRange(bytes, 0, 32));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(bytes, 32, 64));
        int recovery = (bytes[64] & 0xff) >= 27 ? (bytes[64] & 0xff) - 27 : bytes[64];
        BigInteger n = CURVE.getN();
        if (recovery < 0
                || recovery > 1
                || r.signum() == 0
                || r.compareTo(n) >= 0
                || s.signum() == 0
                || s.compareTo(HALF) > 0) {
            return Optional.empty();
        }
        ECCurve curve = CURVE.getCurve();
        byte[] encoded = new byte[33];
        encoded[0] = (byte) (2 + recovery);
        System.arraycopy(bytes, 0, encoded, 1, 32);
        ECPoint point;
        try {
            point = curve.decodePoint(encoded);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        BigInteger inverse = r.modInverse(n);
        BigInteger e = new BigInteger(1, digest.toArray());
        ECPoint key = ECAlgorithms.sumOfTwoMultiplies(
                        CURVE.getG(),
                        e.negate().multiply(inverse).mod(n),
                        point,
                        s.multiply(inverse).mod(n))
                .normalize();
        return key.isInfinity() ? Optional.empty() : Optional.of(address(key));
    }

    /** The address of a private key; an {@link IllegalArgumentException} for a number that is none. */
    public static Bytes addressOf(Digest key) {
        BigInteger secret = new BigInteger(1, key.toArray());
        if (secret.signum() == 0 || secret.compareTo(CURVE.getN()) >= 0) {
            throw new IllegalArgumentException("this number is no key of secp256k1");
        }
        return address(CURVE.getG().multiply(secret).normalize());
    }

    /** The address of a public key. */
    static Bytes address(ECPoint key) {
        byte[] encoded = key.getEncoded(false);
        return keccak(encoded, 1, 64).toBytes().slice(Digest.SIZE - ADDRESS, ADDRESS);
    }
}
