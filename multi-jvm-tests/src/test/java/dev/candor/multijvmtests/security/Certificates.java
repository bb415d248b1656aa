package dev.candor.multijvmtests.security;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority for tests, and certificates of it. */
final class Certificates {
    private static long serial = 1;

    private final KeyPair keys;
    private final X509Certificate certificate;

    /** A new authority. */
    Certificates(String name) throws GeneralSecurityException {
        keys = rsa();
        certificate = issue(name, keys, name, keys, true, Instant.now().plus(Duration.ofDays(2)));
    }

    private static KeyPair rsa() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static X509Certificate issue(
            String name, KeyPair own, String issuer, KeyPair authority, boolean isAuthority, Instant until)
            throws GeneralSecurityException {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=" + issuer),
                    BigInteger.valueOf(serial++),
                    Date.from(until.minus(Duration.ofDays(3))),
                    Date.from(until),
                    new X500Name("CN=" + name),
                    own.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            if (!isAuthority) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                    new GeneralName(GeneralName.dNSName, name), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                }));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(authority.getPrivate())));
        } catch (OperatorCreationException | CertIOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static void write(Path file, Object what) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
            pem.writeObject(what);
        }
        Files.writeString(file, text.toString());
    }

    /** Writes the authority's certificate. */
    Path authority(Path file) throws IOException {
        write(file, certificate);
        return file;
    }

    /** Writes {@code tls.crt} and {@code tls.key} for a name and 127.0.0.1 into a folder; the serial number of the certificate. */
    BigInteger issue(Path folder, String name, Instant until) throws IOException, GeneralSecurityException {
        Files.createDirectories(folder);
        KeyPair own = rsa();
        X509Certificate issued =
                issue(name, own, certificate.getSubjectX500Principal().getName().substring(3), keys, false, until);
        write(folder.resolve("tls.key"), own.getPrivate());
        write(folder.resolve("tls.crt"), issued);
        return issued.getSerialNumber();
    }

    /** The same for a day. */
    BigInteger issue(Path folder, String name) throws IOException, GeneralSecurityException {
        return issue(folder, name, Instant.now().plus(Duration.ofDays(1)));
    }

    /** TLS of a peer with a certificate of this authority that believes in {@code trusted}. */
    SSLContext peer(String name, Instant until, Certificates trusted) throws GeneralSecurityException, IOException {
        KeyPair own = rsa();
        X509Certificate issued =
                issue(name, own, certificate.getSubjectX500Principal().getName().substring(3), keys, false, until);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", own.getPrivate(), new char[0], new X509Certificate[] {issued});
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(store, new char[0]);
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry("root", trusted.certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
