package dev.candor.attestation.pki;

import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.PSSSigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.jspecify.annotations.Nullable;

/**
 * A key of one of the three forms that the vendors use, each with one way to sign: P-256 with SHA-256, P-384 with SHA-384, and RSA of 4,096 bits with PSS and
 * SHA-384. Everything else is refused. Immutable, safe to share between threads.
 */
public sealed interface PublicKey {
    /** Whether {@code signature}, in the form that certificates use, is the key's on {@code message} by the algorithm that it is for. */
    boolean verifies(AlgorithmIdentifier algorithm, Octets message, Octets signature);

    /** Reads a certificate's key. */
    static PublicKey of(SubjectPublicKeyInfo info) {
        AlgorithmIdentifier algorithm = info.getAlgorithm();
        if (algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            ASN1BitString point = info.getPublicKeyData();
            for (EllipticCurve curve : EllipticCurve.values()) {
                if (curve.is(algorithm)) {
                    return new Ecdsa(curve, curve.point(Octets.copyOf(point.getOctets())));
                }
            }
        }
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
            RSAPublicKey key = RSAPublicKey.getInstance(
                    Asn1.value(Octets.copyOf(info.getPublicKeyData().getOctets()), "an RSA key"));
            if (key.getModulus().bitLength() == 4096 && key.getPublicExponent().equals(BigInteger.valueOf(65_537))) {
                return new RsaPss(new RSAKeyParameters(false, key.getModulus(), key.getPublicExponent()));
            }
        }
        throw new MalformedEvidenceException("a certificate's key is of none of P-256, P-384 and RSA of 4,096 bits");
    }

    /** Curves, each with the digest that it is used with. */
    enum EllipticCurve {
        /** P-256 with SHA-256. */
        P256(32),
        /** P-384 with SHA-384. */
        P384(48);

        private final int bytes;

        EllipticCurve(int bytes) {
            this.bytes = bytes;
        }

        private ECNamedDomainParameters domain() {
            return this == P256 ? Domains.P256 : Domains.P384;
        }

        /** The key at an uncompressed point ({@code 04 | x | y}); throws {@link MalformedEvidenceException} if it is not on the curve. */
        ECPublicKeyParameters point(Octets encoded) {
            if (encoded.length() != 1 + 2 * bytes || encoded.at(0) != 4) {
                throw new MalformedEvidenceException("a key is not an uncompressed point of " + this);
            }
            return Asn1.reading(
                    "a key",
                    () -> new ECPublicKeyParameters(domain().getCurve().decodePoint(encoded.toArray()), domain()));
        }

        private boolean is(AlgorithmIdentifier algorithm) {
            return domain().getName().equals(algorithm.getParameters());
        }

        private boolean signsBy(AlgorithmIdentifier algorithm) {
            return algorithm.getParameters() == null
                    && algorithm
                            .getAlgorithm()
                            .equals(
                                    this == P256
                                            ? X9ObjectIdentifiers.ecdsa_with_SHA256
                                            : X9ObjectIdentifiers.ecdsa_with_SHA384);
        }

        private byte[] digest(Octets message) {
            return (this == P256 ? message.sha256() : message.sha384()).toArray();
        }
    }

    /** What BouncyCastle calls the curves. */
    final class Domains {
        private static final ECNamedDomainParameters P256 =
                new ECNamedDomainParameters(SECObjectIdentifiers.secp256r1, CustomNamedCurves.getByName("secp256r1"));
        private static final ECNamedDomainParameters P384 =
                new ECNamedDomainParameters(SECObjectIdentifiers.secp384r1, CustomNamedCurves.getByName("secp384r1"));

        private Domains() {}
    }

    /**
     * ECDSA.
     *
     * @param curve its curve
     * @param point its point
     */
    record Ecdsa(EllipticCurve curve, ECPublicKeyParameters point) implements PublicKey {
        /** The key at x and y, each as long as the curve's field. */
        public static Ecdsa at(EllipticCurve curve, Octets xAndY) {
            byte[] encoded = new byte[1 + xAndY.length()];
            encoded[0] = 4;
            System.arraycopy(xAndY.toArray(), 0, encoded, 1, xAndY.length());
            return new Ecdsa(curve, curve.point(Octets.copyOf(encoded)));
        }

        @Override
        public boolean verifies(AlgorithmIdentifier algorithm, Octets message, Octets signature) {
            if (!curve.signsBy(algorithm)) {
                return false;
            }
            BigInteger[] numbers = Asn1.reading(
                    "a signature",
                    () -> StandardDSAEncoding.INSTANCE.decode(curve.domain().getN(), signature.toArray()));
            return verifies(message, numbers[0], numbers[1]);
        }

        /** Whether r and s, each as long as the curve's field and most significant byte first, are the key's signature on {@code message}. */
        public boolean verifiesRaw(Octets message, Octets signature) {
            if (signature.length() != 2 * curve.bytes) {
                return false;
            }
            byte[] bytes = signature.toArray();
            return verifies(
                    message,
                    new BigInteger(1, Arrays.copyOf(bytes, curve.bytes)),
                    new BigInteger(1, Arrays.copyOfRange(bytes, curve.bytes, bytes.length)));
        }

        /** Whether r and s are the key's signature on {@code message}. */
        public boolean verifies(Octets message, BigInteger r, BigInteger s) {
            ECDSASigner signer = new ECDSASigner();
            signer.init(false, point);
            return signer.verifySignature(curve.digest(message), r, s);
        }
    }

    /**
     * RSASSA-PSS with SHA-384, its mask by SHA-384, and a salt of 48 bytes.
     *
     * @param key modulus and exponent
     */
    record RsaPss(RSAKeyParameters key) implements PublicKey {
        @Override
        public boolean verifies(AlgorithmIdentifier algorithm, Octets message, Octets signature) {
            if (!isPss384(algorithm)) {
                return false;
            }
            Digest digest = new SHA384Digest();
            PSSSigner signer = new PSSSigner(new RSABlindedEngine(), digest, digest.getDigestSize());
            signer.init(false, key);
            byte[] bytes = message.toArray();
            signer.update(bytes, 0, bytes.length);
            return signer.verifySignature(signature.toArray());
        }

        private static boolean isPss384(AlgorithmIdentifier algorithm) {
            if (!algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
                return false;
            }
            return Asn1.reading(
                    "the parameters of RSASSA-PSS",
                    () -> isPss384(RSASSAPSSparams.getInstance(algorithm.getParameters())));
        }

        private static boolean isPss384(@Nullable RSASSAPSSparams params) {
            return params != null
                    && params.getHashAlgorithm().getAlgorithm().equals(NISTObjectIdentifiers.id_sha384)
                    && params.getMaskGenAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)
                    && AlgorithmIdentifier.getInstance(
                                    params.getMaskGenAlgorithm().getParameters())
                            .getAlgorithm()
                            .equals(NISTObjectIdentifiers.id_sha384)
                    && params.getSaltLength().equals(BigInteger.valueOf(48))
                    && params.getTrailerField().equals(BigInteger.ONE);
        }
    }
}
