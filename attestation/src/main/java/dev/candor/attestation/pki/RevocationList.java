package dev.candor.attestation.pki;

import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x509.CertificateList;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.jspecify.annotations.Nullable;

/** A list of revoked certificates, complete and of one issuer: lists with critical extensions (deltas, parts) are refused. Immutable. */
public final class RevocationList {
    /** The largest list, in bytes. */
    public static final int MOST_BYTES = 256 << 10;

    private final CertificateList asn1;
    private final Octets signed;
    private final Octets signature;
    private final Octets issuer;
    private final Instant thisUpdate;
    private final Instant nextUpdate;
    private final Set<BigInteger> revoked = new HashSet<>();

    private RevocationList(Octets der) throws IOException {
        this.asn1 = CertificateList.getInstance(der.toArray());
        if (!Octets.copyOf(asn1.getEncoded(ASN1Encoding.DER)).equals(der)) {
            throw new MalformedEvidenceException("a CRL is not in its canonical form");
        }
        TBSCertList list = asn1.getTBSCertList();
        if (!asn1.getSignatureAlgorithm().equals(list.getSignature()) || asn1.getNextUpdate() == null) {
            throw new MalformedEvidenceException("a CRL names two signature algorithms or no next update");
        }
        requireNothingCritical(list.getExtensions());
        this.signed = Certificate.encoded(list);
        this.signature = Octets.copyOf(asn1.getSignature().getOctets());
        this.issuer = Certificate.encoded(asn1.getIssuer());
        this.thisUpdate = Certificate.instant(asn1.getThisUpdate());
        this.nextUpdate = Certificate.instant(asn1.getNextUpdate());
        for (Enumeration<?> entries = asn1.getRevokedCertificateEnumeration(); entries.hasMoreElements(); ) {
            TBSCertList.CRLEntry entry = (TBSCertList.CRLEntry) entries.nextElement();
            requireNothingCritical(entry.getExtensions());
            revoked.add(entry.getUserCertificate().getValue());
        }
    }

    /** Reads DER; throws {@link MalformedEvidenceException}. */
    public static RevocationList parse(Octets der) {
        if (der.length() > MOST_BYTES) {
            throw new MalformedEvidenceException(
                    "a CRL has at most " + MOST_BYTES + " bytes, this has " + der.length());
        }
        DerShape.check(der, "a CRL");
        return Asn1.reading("a CRL", () -> new RevocationList(der));
    }

    /** The issuer's name, as encoded. */
    public Octets issuer() {
        return issuer;
    }

    /** Whether the key {@code by} signed it. */
    public boolean isSignedBy(PublicKey by) {
        return by.verifies(asn1.getSignatureAlgorithm(), signed, signature);
    }

    /** Whether it is the current list at {@code time}. */
    public boolean currentAt(Instant time) {
        return !time.isBefore(thisUpdate) && !time.isAfter(nextUpdate);
    }

    /** When it is current, for sentences. */
    public String validity() {
        return "from " + thisUpdate + " to " + nextUpdate;
    }

    /** Whether it lists the certificate of this serial number. */
    public boolean revokes(BigInteger serial) {
        return revoked.contains(serial);
    }

    private static void requireNothingCritical(@Nullable Extensions extensions) {
        if (extensions != null && extensions.getCriticalExtensionOIDs().length > 0) {
            throw new MalformedEvidenceException("a CRL has critical extensions, which only partial lists need");
        }
    }
}
