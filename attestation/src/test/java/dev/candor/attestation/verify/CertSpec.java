package dev.candor.attestation.verify;

import dev.candor.attestation.wire.Octets;
import java.math.BigInteger;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;

/** A certificate to be made, with whatever is wrong about it. */
final class CertSpec {
    final String name;
    KeyPair keys;
    boolean authority;
    int pathLength = -1;
    Instant from = TestPki.TIME.minusSeconds(86_400);
    Instant to = TestPki.TIME.plusSeconds(86_400);
    BigInteger serial = BigInteger.valueOf(System.nanoTime());
    /** Another name than the issuer's, or null. */
    String issuerName;
    /** Another key than the issuer's, or null. */
    KeyPair signer;

    private final List<Ext> extensions = new ArrayList<>();

    private record Ext(String oid, boolean critical, ASN1Primitive value, Octets raw) {}

    CertSpec(String name, KeyPair keys, boolean authority) {
        this.name = name;
        this.keys = keys;
        this.authority = authority;
    }

    CertSpec with(String oid, boolean critical, ASN1Primitive value) {
        extensions.add(new Ext(oid, critical, value, null));
        return this;
    }

    /** An extension whose value is no ASN.1. */
    CertSpec withRaw(String oid, Octets value) {
        extensions.add(new Ext(oid, false, null, value));
        return this;
    }

    Octets make(CertSpec issuer) {
        return TestPki.attempt(() -> {
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    new X500Name("CN=" + (issuerName == null ? issuer.name : issuerName)),
                    serial,
                    Date.from(from),
                    Date.from(to),
                    new X500Name("CN=" + name),
                    SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
            if (authority) {
                builder.addExtension(
                        Extension.basicConstraints,
                        true,
                        pathLength < 0 ? new BasicConstraints(true) : new BasicConstraints(pathLength));
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            } else {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            }
            for (Ext each : extensions) {
                if (each.raw == null) {
                    builder.addExtension(new ASN1ObjectIdentifier(each.oid), each.critical, each.value);
                } else {
                    builder.addExtension(new ASN1ObjectIdentifier(each.oid), each.critical, each.raw.toArray());
                }
            }
            KeyPair by = signer == null ? issuer.keys : signer;
            return Octets.copyOf(builder.build(TestPki.signer(by)).getEncoded());
        });
    }
}
