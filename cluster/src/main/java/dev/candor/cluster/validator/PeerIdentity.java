package dev.candor.cluster.validator;

import dev.candor.actors.receipt.KeyMaterialException;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Who a process of the ledger's network is: its Ed25519 key, and a certificate for it. The certificate's key <em>is</em> the key that the genesis record names, so
 * whoever completes a TLS handshake has proven to be that validator; names, dates and issuers in certificates mean nothing. TLS signs its own transcript under a
 * context string that no vote begins with. Immutable and thread-safe.
 */
public final class PeerIdentity {
    private static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("9999-12-31T23:59:59Z");

    private final SigningKey key;
    private final PrivateKey secret;
    private final X509Certificate certificate;

    private PeerIdentity(SigningKey key, PrivateKey secret, X509Certificate certificate) {
        this.key = key;
        this.secret = secret;
        this.certificate = certificate;
    }

    /** Reads the key in {@code file}, which only its owner may read. */
    public static PeerIdentity load(Path file) throws IOException {
        SigningKey key = SigningKey.load(file);
        try {
            String body = Files.readString(file, StandardCharsets.US_ASCII)
                    .replaceAll("-----[A-Z ]+-----", "")
                    .replaceAll("\\s", "");
            PrivateKey secret = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
            return new PeerIdentity(key, secret, certificate(key.publicKey().raw(), secret));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new KeyMaterialException("no certificate can be made for the key in " + file + ": " + e.getMessage());
        }
    }

    private static X509Certificate certificate(Bytes raw, PrivateKey secret)
            throws GeneralSecurityException, OperatorCreationException {
        X500Name name = new X500Name("CN=" + raw.toHex());
        return new JcaX509CertificateConverter()
                .getCertificate(new X509v3CertificateBuilder(
                                name,
                                BigInteger.ONE,
                                Date.from(FROM),
                                Date.from(TO),
                                name,
                                SubjectPublicKeyInfo.getInstance(PeerTrust.spki(raw)))
                        .build(new JcaContentSignerBuilder("Ed25519").build(secret)));
    }

    /** The key, for votes and transactions. */
    public SigningKey key() {
        return key;
    }

    /** The raw public key. */
    public Bytes publicKey() {
        return key.publicKey().raw();
    }

    /** TLS of a connection to the process with the key {@code expected} and to no other. */
    SslContext toward(Bytes expected) throws SSLException {
        return toward(new PeerTrust(expected::equals));
    }

    /** As above with another idea of whom to trust, for tests that show what it is needed for. */
    SslContext toward(PeerTrust trust) throws SSLException {
        return GrpcSslContexts.configure(SslContextBuilder.forClient().keyManager(secret, certificate), SslProvider.JDK)
                .trustManager(trust)
                .protocols("TLSv1.3")
                .build();
    }

    /** TLS of a door that opens for the keys that are {@code known}. */
    SslContext door(Predicate<Bytes> known) throws SSLException {
        return GrpcSslContexts.configure(SslContextBuilder.forServer(secret, certificate), SslProvider.JDK)
                .trustManager(new PeerTrust(known))
                .clientAuth(ClientAuth.REQUIRE)
                .protocols("TLSv1.3")
                .build();
    }
}
