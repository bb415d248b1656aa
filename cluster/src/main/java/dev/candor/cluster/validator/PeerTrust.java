package dev.candor.cluster.validator;

import dev.candor.actors.receipt.VerifyingKey;
import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a certificate for its Ed25519 key alone: that the peer has the key the handshake itself proves. It is an extended trust manager, of which Java asks six
 * questions that are one here, because Java adds checks of names and dates to any other.
 */
final class PeerTrust extends X509ExtendedTrustManager {
    private static final Bytes SPKI_PREFIX = Bytes.ofHex("302a300506032b6570032100");

    private final Predicate<Bytes> known;

    PeerTrust(Predicate<Bytes> known) {
        this.known = known;
    }

    /** The SPKI of a raw key. */
    static byte[] spki(Bytes raw) {
        byte[] spki = new byte[SPKI_PREFIX.length() + VerifyingKey.SIZE];
        SPKI_PREFIX.copyTo(spki, 0);
        raw.copyTo(spki, SPKI_PREFIX.length());
        return spki;
    }

    /** The key that a connection proved. */
    static Optional<Bytes> keyOf(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length == 0 ? Optional.empty() : raw(chain[0]);
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    private static Optional<Bytes> raw(Certificate certificate) {
        Bytes spki = Bytes.wrap(certificate.getPublicKey().getEncoded());
        int prefix = SPKI_PREFIX.length();
        return spki.length() == prefix + VerifyingKey.SIZE
                        && spki.slice(0, prefix).equals(SPKI_PREFIX)
                ? Optional.of(spki.slice(prefix, VerifyingKey.SIZE))
                : Optional.empty();
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain.length != 1) {
            throw new CertificateException("a peer shows one certificate, not " + chain.length);
        }
        Bytes key = raw(chain[0])
                .orElseThrow(() -> new CertificateException("the peer's certificate is not for an Ed25519 key"));
        if (!known.test(key)) {
            throw new CertificateException(
                    "the peer proved the key " + ValidatorSet.keyId(key) + ", which has no business here");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
