package dev.candor.attestation.verify;

import dev.candor.attestation.wire.Octets;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Keys, signatures and revocation lists of vendors that exist in tests only. */
final class TestPki {
    static final Instant TIME = Instant.parse("2026-06-01T12:00:00Z");

    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    /** Made once: a key of 4,096 bits takes seconds. It signs for tests and for nobody else. */
    static final KeyPair RSA = attempt(TestPki::rsa);

    private static final Map<String, KeyPair> KEYS = new ConcurrentHashMap<>();

    private TestPki() {}

    /** The key on P-256 of a role, made once. */
    static KeyPair p256(String role) {
        return KEYS.computeIfAbsent("256 " + role, _ -> ec("secp256r1"));
    }

    /** The key on P-384 of a role, made once. */
    static KeyPair p384(String role) {
        return KEYS.computeIfAbsent("384 " + role, _ -> ec("secp384r1"));
    }

    static <T> T attempt(Callable<T> action) {
        try {
            return action.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static ContentSigner signer(KeyPair keys) throws OperatorCreationException {
        String algorithm = keys.getPrivate() instanceof ECKey key
                ? key.getParams().getCurve().getField().getFieldSize() == 256 ? "SHA256WITHECDSA" : "SHA384WITHECDSA"
                : "SHA384WITHRSAANDMGF1";
        return new JcaContentSignerBuilder(algorithm).setProvider(PROVIDER).build(keys.getPrivate());
    }

    /** r and s, each as long as the curve's field. */
    static Octets sign(KeyPair keys, Octets message) {
        return attempt(() -> {
            int bits = ((ECPublicKey) keys.getPublic())
                    .getParams()
                    .getCurve()
                    .getField()
                    .getFieldSize();
            Signature signature = Signature.getInstance((bits == 256 ? "SHA256" : "SHA384") + "withECDSAinP1363Format");
            signature.initSign(keys.getPrivate());
            signature.update(message.toArray());
            return Octets.copyOf(signature.sign());
        });
    }

    /** x and y of a key on P-256. */
    static Octets point(KeyPair keys) {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        byte[] bytes = new byte[64];
        put(bytes, 0, key.getW().getAffineX());
        put(bytes, 32, key.getW().getAffineY());
        return Octets.copyOf(bytes);
    }

    static Octets crl(String issuer, KeyPair signer, Instant from, Instant to, BigInteger... revoked) {
        return attempt(() -> {
            X509v2CRLBuilder builder = new X509v2CRLBuilder(new X500Name("CN=" + issuer), Date.from(from));
            builder.setNextUpdate(Date.from(to));
            Arrays.stream(revoked).forEach(each -> builder.addCRLEntry(each, Date.from(from), 1));
            return Octets.copyOf(builder.build(signer(signer)).getEncoded());
        });
    }

    static Octets pem(List<Octets> certificates) {
        List<String> lines = new ArrayList<>();
        for (Octets each : certificates) {
            lines.add("-----BEGIN CERTIFICATE-----");
            lines.add(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(each.toArray()));
            lines.add("-----END CERTIFICATE-----");
        }
        return Bytes.of(String.join("\n", lines) + "\n");
    }

    private static KeyPair ec(String curve) {
        return attempt(() -> {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        });
    }

    private static KeyPair rsa() throws Exception {
        KeyFactory factory = KeyFactory.getInstance("RSA");
        PrivateKey key = factory.generatePrivate(new PKCS8EncodedKeySpec(resource("test-authority-rsa4096.pk8")));
        RSAPrivateCrtKey parts = (RSAPrivateCrtKey) key;
        return new KeyPair(
                factory.generatePublic(new RSAPublicKeySpec(parts.getModulus(), parts.getPublicExponent())), key);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = TestPki.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static void put(byte[] target, int at, BigInteger value) {
        byte[] bytes = value.toByteArray();
        int from = Math.max(0, bytes.length - 32);
        System.arraycopy(bytes, from, target, at + 32 - (bytes.length - from), bytes.length - from);
    }
}
