package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Evidence.NitroDocument;
import dev.candor.attestation.pki.Certificate;
import dev.candor.attestation.pki.PublicKey;
import dev.candor.attestation.wire.CborReader;
import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * AWS Nitro: COSE_Sign1 (RFC 9052) by ES384 over a CBOR map, with the certificates in it. Its certificates live for hours and AWS publishes no revocation
 * list that a verifier is asked to fetch.
 */
final class NitroRules {
    /** A signature by ES384: the map {1: -35}. */
    private static final Octets ES384 = Octets.ofHex("a1013822");

    private static final int COSE_SIGN1 = 18;
    private static final int SIGNATURE_BYTES = 96;
    private static final int MOST_PAYLOAD_BYTES = 32 << 10;

    /** How much an enclave's clock may be ahead. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    private final Guard guard;
    private final Chains chains;
    private final Set<Octets> roots;

    NitroRules(Guard guard, Chains chains, Set<Octets> roots) {
        this.guard = guard;
        this.chains = chains;
        this.roots = roots;
    }

    Facts check(NitroDocument evidence, Instant time, Duration mostAge) {
        CborReader in = new CborReader(evidence.document());
        in.optionalTag(COSE_SIGN1);
        if (in.array("the document", 4) != 4) {
            throw new MalformedEvidenceException("a Nitro document is an array of 4");
        }
        Octets header = in.bytes("the protected header", 16);
        if (!header.equals(ES384) || in.map("the unprotected header", 0) != 0) {
            throw new MalformedEvidenceException(
                    "a Nitro document is signed by ES384 and says nothing else in its headers");
        }
        Octets payload = in.bytes("the payload", MOST_PAYLOAD_BYTES);
        Octets signature = in.bytes("the signature", SIGNATURE_BYTES);
        in.end("the document");
        NitroPayload document = NitroPayload.parse(payload);

        List<Certificate> chain = Chains.read(document.chain());
        guard.require(
                Check.EVIDENCE_SIGNATURE,
                chain.getFirst().key() instanceof PublicKey.Ecdsa key
                        && key.curve() == PublicKey.EllipticCurve.P384
                        && key.verifiesRaw(signed(header, payload), signature),
                () -> "the document is not signed by " + chain.getFirst().name());
        chains.follow(chain, roots);
        guard.require(
                Check.FRESHNESS,
                !document.time().isAfter(time.plus(SKEW))
                        && !document.time().plus(mostAge).isBefore(time),
                () -> "the document is of " + document.time() + ", which at " + time + " is not within "
                        + mostAge.toSeconds() + " s");
        guard.require(
                Check.DEBUG,
                Optional.ofNullable(document.measured().get("PCR0"))
                        .filter(each -> !each.isZero())
                        .isPresent(),
                () -> "PCR0 is zero: the enclave runs in debug mode");
        return Facts.of(document.userData(), document.measured());
    }

    /** What COSE signs: {@code ["Signature1", header, h'', payload]}. */
    private static Octets signed(Octets header, Octets payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length() + 32);
        out.write(0x84);
        out.write(0x6a);
        out.writeBytes("Signature1".getBytes(StandardCharsets.US_ASCII));
        out.write(0x40 | header.length());
        out.writeBytes(header.toArray());
        out.write(0x40);
        int length = payload.length();
        if (length >= 1 << 8) {
            out.write(0x59);
            out.write(length >>> 8);
        } else if (length >= 24) {
            out.write(0x58);
        }
        out.write(length < 24 ? 0x40 | length : length);
        out.writeBytes(payload.toArray());
        return Octets.copyOf(out.toByteArray());
    }
}
