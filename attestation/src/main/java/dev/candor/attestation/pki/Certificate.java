package dev.candor.attestation.pki;

import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.Time;

/** An X.509 certificate of version 3, strictly read: bytes that a re-encoding would change are refused. Immutable, safe to share between threads. */
public final class Certificate {
    /** The largest certificate, in bytes. */
    public static final int MOST_BYTES = 8 << 10;

    private final Octets der;
    private final Octets digest;
    private final org.bouncycastle.asn1.x509.Certificate asn1;
    private final Octets signed;
    private final Octets signature;
    private final Octets issuer;
    private final Octets subject;
    private final String name;
    private final PublicKey key;
    private final Instant notBefore;
    private final Instant notAfter;
    private final Optional<BasicConstraints> constraints;
    private final Optional<KeyUsage> usage;

    private Certificate(Octets der) throws IOException {
        this.der = der;
        this.digest = der.sha256();
        this.asn1 = org.bouncycastle.asn1.x509.Certificate.getInstance(der.toArray());
        if (!Octets.copyOf(asn1.getEncoded(ASN1Encoding.DER)).equals(der)) {
            throw new MalformedEvidenceException("a certificate is not in its canonical form");
        }
        if (asn1.getVersionNumber() != 3 || asn1.getExtensions() == null) {
            throw new MalformedEvidenceException("a certificate is not of version 3 or has no extensions");
        }
        if (!asn1.getSignatureAlgorithm().equals(asn1.getTBSCertificate().getSignature())) {
            throw new MalformedEvidenceException("a certificate names two signature algorithms");
        }
        this.signed = encoded(asn1.getTBSCertificate());
        this.signature = Octets.copyOf(asn1.getSignature().getOctets());
        this.issuer = encoded(asn1.getIssuer());
        this.subject = encoded(asn1.getSubject());
        this.name = asn1.getSubject().toString();
        this.key = PublicKey.of(asn1.getSubjectPublicKeyInfo());
        this.notBefore = instant(asn1.getStartDate());
        this.notAfter = instant(asn1.getEndDate());
        this.constraints = extension(Extension.basicConstraints.getId())
                .map(value -> BasicConstraints.getInstance(Asn1.value(value, "basic constraints")));
        this.usage = extension(Extension.keyUsage.getId())
                .map(value -> KeyUsage.getInstance(Asn1.value(value, "a key usage")));
    }

    /** Reads DER; throws {@link MalformedEvidenceException}. */
    public static Certificate parse(Octets der) {
        if (der.length() > MOST_BYTES) {
            throw new MalformedEvidenceException(
                    "a certificate has at most " + MOST_BYTES + " bytes, this has " + der.length());
        }
        DerShape.check(der, "a certificate");
        return Asn1.reading("a certificate", () -> new Certificate(der));
    }

    /** The bytes. */
    public Octets der() {
        return der;
    }

    /** SHA-256 of the bytes. */
    public Octets digest() {
        return digest;
    }

    /** The issuer's name, as encoded. */
    public Octets issuer() {
        return issuer;
    }

    /** The subject's name, as encoded. */
    public Octets subject() {
        return subject;
    }

    /** The subject's name, for sentences. */
    public String name() {
        return name;
    }

    /** The serial number. */
    public BigInteger serial() {
        return asn1.getSerialNumber().getValue();
    }

    /** The subject's key. */
    public PublicKey key() {
        return key;
    }

    /** Whether it is valid at {@code time}. */
    public boolean validAt(Instant time) {
        return !time.isBefore(notBefore) && !time.isAfter(notAfter);
    }

    /** Its validity, for sentences. */
    public String validity() {
        return "from " + notBefore + " to " + notAfter;
    }

    /** Whether it may issue certificates, and if so over {@code below} intermediates. */
    public boolean mayIssue(int below) {
        return isAuthority()
                && constraints
                        .flatMap(each -> Optional.ofNullable(each.getPathLenConstraint()))
                        .map(most -> most.compareTo(BigInteger.valueOf(below)) >= 0)
                        .orElse(true)
                && usage.map(each -> each.hasUsages(KeyUsage.keyCertSign)).orElse(false);
    }

    /** Whether it says to be an authority. */
    public boolean isAuthority() {
        return constraints.map(BasicConstraints::isCA).orElse(false);
    }

    /** The object identifiers of its critical extensions. */
    public Set<String> criticalExtensions() {
        Set<String> critical = new TreeSet<>();
        for (ASN1ObjectIdentifier each : asn1.getExtensions().getCriticalExtensionOIDs()) {
            critical.add(each.getId());
        }
        return critical;
    }

    /** The value of an extension, if it is there. */
    public Optional<Octets> extension(String oid) {
        return Optional.ofNullable(asn1.getExtensions().getExtension(new ASN1ObjectIdentifier(oid)))
                .map(Extension::getExtnValue)
                .map(value -> Octets.copyOf(value.getOctets()));
    }

    /** Whether the key {@code by} signed it. */
    public boolean isSignedBy(PublicKey by) {
        return by.verifies(asn1.getSignatureAlgorithm(), signed, signature);
    }

    static Octets encoded(ASN1Encodable value) throws IOException {
        return Octets.copyOf(value.toASN1Primitive().getEncoded(ASN1Encoding.DER));
    }

    static Instant instant(Time time) {
        return time.getDate().toInstant();
    }
}
