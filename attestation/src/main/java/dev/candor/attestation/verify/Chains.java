package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.AttestationCodec;
import dev.candor.attestation.pki.Certificate;
import dev.candor.attestation.pki.RevocationList;
import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Follows chains of certificates to pinned roots. Fixed rules of our own: what a chain is worth must not depend on a Java's security settings. */
final class Chains {
    /** Basic constraints, key usage, extended key usage. */
    private static final Set<String> UNDERSTOOD = Set.of("2.5.29.19", "2.5.29.15", "2.5.29.37");

    private final Guard guard;
    private final Instant time;
    private final Set<Octets> revoked;
    private final Set<RevocationList> genuine = new HashSet<>();

    Chains(Guard guard, Instant time, Set<Octets> revoked) {
        this.guard = guard;
        this.time = time;
        this.revoked = revoked;
    }

    /** Reads a chain, leaf first. */
    static List<Certificate> read(List<Octets> der) {
        if (der.size() < 2 || der.size() > AttestationCodec.MOST_CERTIFICATES) {
            throw new MalformedEvidenceException(
                    "a chain has 2 to " + AttestationCodec.MOST_CERTIFICATES + " certificates, this has " + der.size());
        }
        return der.stream().map(Certificate::parse).toList();
    }

    /** Follows a chain; {@code roots} are digests. */
    void follow(List<Certificate> chain, Set<Octets> roots) {
        Certificate root = chain.getLast();
        guard.require(
                Check.ROOT,
                roots.contains(root.digest()),
                () -> "the chain ends at " + root.name() + ", whose digest "
                        + root.digest().toHex() + " is none of the vendor's pinned roots");
        for (int i = 0; i < chain.size(); i++) {
            each(chain.get(i), i);
        }
        for (int i = 0; i + 1 < chain.size(); i++) {
            Certificate certificate = chain.get(i);
            Certificate issuer = chain.get(i + 1);
            guard.require(
                    Check.CHAIN_ISSUER,
                    certificate.issuer().equals(issuer.subject()),
                    () -> "the certificate of " + certificate.name() + " is not issued by " + issuer.name());
        }
        // Signatures last, because they are what takes time.
        for (int i = 0; i + 1 < chain.size(); i++) {
            link(chain.get(i), chain.get(i + 1));
        }
    }

    /** Looks every certificate of a followed chain up in the list of its issuer, which must be among {@code lists}. */
    void requireNotRevoked(List<Certificate> chain, List<RevocationList> lists) {
        for (int i = 0; i + 1 < chain.size(); i++) {
            Certificate certificate = chain.get(i);
            Certificate issuer = chain.get(i + 1);
            List<RevocationList> of = lists.stream()
                    .filter(list -> list.issuer().equals(issuer.subject()))
                    .toList();
            guard.require(Check.CRL_PRESENT, !of.isEmpty(), () -> "there is no revocation list of " + issuer.name());
            for (RevocationList list : of) {
                requireGenuine(list, issuer);
                guard.require(
                        Check.CERTIFICATE_REVOKED,
                        !list.revokes(certificate.serial()),
                        () -> issuer.name() + " revoked the certificate of " + certificate.name());
            }
        }
    }

    private void requireGenuine(RevocationList list, Certificate issuer) {
        if (genuine.contains(list)) {
            return;
        }
        guard.require(
                Check.CRL_SIGNATURE,
                list.isSignedBy(issuer.key()),
                () -> "the revocation list of " + issuer.name() + " is not signed by it");
        guard.require(
                Check.CRL_VALIDITY,
                list.currentAt(time),
                () -> "the revocation list of " + issuer.name() + " is current " + list.validity() + ", not at "
                        + time);
        genuine.add(list);
    }

    private void each(Certificate certificate, int place) {
        guard.require(
                Check.CERTIFICATE_REVOKED,
                !revoked.contains(certificate.digest()),
                () -> "the policy revokes the certificate of " + certificate.name());
        guard.require(
                Check.CHAIN_AUTHORITY,
                place == 0 ? !certificate.isAuthority() : certificate.mayIssue(place - 1),
                () -> place == 0
                        ? certificate.name() + " signs evidence, but may issue certificates"
                        : certificate.name() + " may not issue certificates over " + (place - 1) + " intermediates");
        guard.require(
                Check.CHAIN_VALIDITY,
                certificate.validAt(time),
                () -> "the certificate of " + certificate.name() + " is valid " + certificate.validity() + ", not at "
                        + time);
        guard.require(
                Check.CHAIN_EXTENSION,
                UNDERSTOOD.containsAll(certificate.criticalExtensions()),
                () -> "the certificate of " + certificate.name() + " has critical extensions "
                        + certificate.criticalExtensions() + ", of which some are not understood");
    }

    private void link(Certificate certificate, Certificate issuer) {
        guard.require(
                Check.CHAIN_SIGNATURE,
                certificate.isSignedBy(issuer.key()),
                () -> "the certificate of " + certificate.name() + " is not signed by " + issuer.name());
    }
}
