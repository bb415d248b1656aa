package dev.candor.cluster.security;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.Reader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 and 1.2 of a node's doors, by a certificate chain and a key in PEM files. Replaced files count for the connections that come afterwards; those that are
 * there go on as they are. Thread-safe.
 */
public final class DoorTls {
    private static final String ALIAS = "door";
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /** Ciphers of TLS 1.2 with forward secrecy and authenticated encryption, and those of 1.3. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final Path certificateFile;
    private final Path keyFile;
    private final InstantSource clock;
    private final Identity identity;

    private DoorTls(Path certificateFile, Path keyFile, InstantSource clock, Pair first) {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        this.clock = clock;
        this.identity = new Identity(first);
    }

    /** Reads both files; an {@link IOException} says what is wrong with them, an expired certificate included. */
    public static DoorTls load(Path certificateFile, Path keyFile, InstantSource clock) throws IOException {
        return new DoorTls(certificateFile, keyFile, clock, Pair.read(certificateFile, keyFile, clock.instant()));
    }

    /** Reads both files again; where they are no good, what was there before stays. */
    public void reload() throws IOException {
        identity.pair = Pair.read(certificateFile, keyFile, clock.instant());
    }

    /** Both files. */
    public List<Path> files() {
        return List.of(certificateFile, keyFile);
    }

    /** For HTTP/1.1. */
    public SslContext http() throws IOException {
        return builder().build();
    }

    /** For gRPC. */
    public SslContext grpc() throws IOException {
        return GrpcSslContexts.configure(builder(), SslProvider.JDK).build();
    }

    private SslContextBuilder builder() {
        return SslContextBuilder.forServer(identity)
                .sslProvider(SslProvider.JDK)
                .protocols(PROTOCOLS)
                .ciphers(CIPHERS);
    }

    /** A chain and the key of its first certificate. */
    private record Pair(List<X509Certificate> chain, PrivateKey key) {
        static Pair read(Path certificateFile, Path keyFile, Instant now) throws IOException {
            try {
                List<X509Certificate> chain = chain(certificateFile);
                X509Certificate own = chain.getFirst();
                if (own.getNotAfter().toInstant().isBefore(now)) {
                    throw new IOException("the certificate in " + certificateFile + " expired at "
                            + own.getNotAfter().toInstant() + "; put a new one there");
                }
                PrivateKey key = key(keyFile);
                requireKeyOf(own, key, certificateFile, keyFile);
                return new Pair(chain, key);
            } catch (GeneralSecurityException e) {
                throw new IOException(
                        certificateFile + " and " + keyFile + " are no certificate with its key: " + e.getMessage(), e);
            }
        }

        private static List<X509Certificate> chain(Path file) throws IOException, CertificateException {
            List<X509Certificate> chain = new ArrayList<>();
            try (Reader in = Files.newBufferedReader(file);
                    PEMParser pem = new PEMParser(in)) {
                for (Object next = pem.readObject(); next != null; next = pem.readObject()) {
                    if (next instanceof X509CertificateHolder holder) {
                        chain.add(new JcaX509CertificateConverter().getCertificate(holder));
                    }
                }
            }
            if (chain.isEmpty()) {
                throw new IOException(file + " holds no certificate in PEM");
            }
            return List.copyOf(chain);
        }

        private static PrivateKey key(Path file) throws IOException {
            try (Reader in = Files.newBufferedReader(file);
                    PEMParser pem = new PEMParser(in)) {
                JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
                for (Object next = pem.readObject(); next != null; next = pem.readObject()) {
                    if (next instanceof PrivateKeyInfo info) {
                        return converter.getPrivateKey(info);
                    }
                    if (next instanceof PEMKeyPair pair) {
                        return converter.getPrivateKey(pair.getPrivateKeyInfo());
                    }
                }
            }
            throw new IOException(file + " holds no private key in PEM without a password");
        }

        private static void requireKeyOf(
                X509Certificate certificate, PrivateKey key, Path certificateFile, Path keyFile)
                throws GeneralSecurityException, IOException {
            String algorithm = switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC", "ECDSA" -> "SHA256withECDSA";
                case "Ed25519", "EdDSA" -> "Ed25519";
                default ->
                    throw new IOException(
                            keyFile + " holds a key of " + key.getAlgorithm() + "; RSA, EC and Ed25519 are taken");
            };
            byte[] sample = ALIAS.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(sample);
            byte[] signature = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(sample);
            if (!verifying.verify(signature)) {
                throw new IOException(
                        "the key in " + keyFile + " is not that of the certificate in " + certificateFile);
            }
        }
    }

    /** The one identity of a server, whichever it is at the time. */
    private static final class Identity extends X509ExtendedKeyManager {
        private volatile Pair pair;

        private Identity(Pair pair) {
            this.pair = pair;
        }

        private @Nullable String alias(String type) {
            String own = pair.key().getAlgorithm();
            boolean elliptic = own.equals("EC") || own.equals("ECDSA");
            boolean edwards = own.equals("Ed25519") || own.equals("EdDSA");
            boolean fits = type.equals(own) || (elliptic && type.startsWith("EC")) || (edwards && type.equals("EdDSA"));
            return fits ? ALIAS : null;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return alias(type);
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return alias(type);
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            String alias = alias(type);
            return alias == null ? null : new String[] {alias};
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return pair.chain().toArray(new X509Certificate[0]);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return pair.key();
        }
    }
}
