package dev.candor.cluster.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom a client believes to be a node: those with a certificate of these authorities, and of no others. Stateless. */
public final class ClientTrust {
    private ClientTrust() {}

    /** Trust in the certificates of a PEM file. */
    public static SSLContext of(Path authorities) throws IOException {
        try (InputStream in = Files.newInputStream(authorities)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new IOException(authorities + " holds no certificate in PEM");
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(noKeys(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(authorities + " holds no certificates in PEM: " + e.getMessage(), e);
        }
    }

    private static javax.net.ssl.KeyManager @Nullable [] noKeys() {
        return null;
    }
}
