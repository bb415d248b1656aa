package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Attestation;
import dev.candor.attestation.evidence.Binding;
import dev.candor.attestation.evidence.Evidence;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.policy.MeasurementSet;
import dev.candor.attestation.policy.Policy;
import dev.candor.attestation.policy.SnpTcb;
import dev.candor.attestation.policy.TcbStatus;
import dev.candor.attestation.wire.Octets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes evidence of one kind under roots that exist in tests only. Valid, until a test changes a field. */
abstract class Forge {
    static final Octets KEY = Bytes.filled(32, 0x4b);
    static final Octets NONCE = Bytes.filled(32, 0x6e);

    final Kind kind;
    final CertSpec root;
    final CertSpec intermediate;
    final CertSpec leaf;

    /** What the envelope names. */
    Octets key = KEY;

    Octets nonce = NONCE;
    /** What the device binds. */
    Octets boundKey = KEY;

    Octets boundNonce = NONCE;
    Kind boundKind;
    /** What is expected. */
    Octets expectedKey = KEY;

    Octets expectedNonce = NONCE;
    Instant time = TestPki.TIME;

    final SortedMap<String, Octets> allowed = new TreeMap<>();
    final List<MeasurementSet> revoked = new ArrayList<>();
    final List<Octets> revokedCertificates = new ArrayList<>();
    Policy.Intel intel = new Policy.Intel(Set.of(TcbStatus.UP_TO_DATE), 17);
    Policy.Snp snp = new Policy.Snp(new SnpTcb(3, 0, 20, 200), true);
    boolean simulated;
    /** Whether the made root is pinned. */
    boolean pinned = true;

    private Octets rootDer;
    private Attestation attestation;

    Forge(Kind kind, CertSpec root, CertSpec intermediate, CertSpec leaf) {
        this.kind = kind;
        this.boundKind = kind;
        this.root = root;
        this.intermediate = intermediate;
        this.leaf = leaf;
        intermediate.pathLength = 0;
    }

    /** The evidence, made anew. */
    abstract Evidence evidence();

    /** Makes all certificates: leaf, intermediate, root. */
    List<Octets> chain() {
        return List.of(leaf.make(intermediate), intermediate.make(root), rootDer());
    }

    Octets rootDer() {
        if (rootDer == null) {
            rootDer = root.make(root);
        }
        return rootDer;
    }

    Octets binding() {
        return Binding.of(boundKind, boundKey, boundNonce);
    }

    Octets reportData() {
        return Bytes.padded(binding(), 64);
    }

    /** The evidence in its envelope, made once: nothing may be changed after this. */
    Attestation attestation() {
        if (attestation == null) {
            attestation = new Attestation(key, nonce, evidence());
        }
        return attestation;
    }

    Policy policy() {
        return new Policy(
                allowed.isEmpty() ? List.of() : List.of(new MeasurementSet(kind, "release 1", allowed)),
                revoked,
                Set.copyOf(revokedCertificates),
                intel,
                snp,
                Duration.ofMinutes(5),
                simulated);
    }

    Expectation expectation() {
        return new Expectation(expectedKey, expectedNonce, time, policy());
    }

    Roots roots() {
        Set<Octets> pins = Set.of(pinned ? rootDer().sha256() : Bytes.filled(32, 1));
        return new Roots(pins, pins, pins, pins);
    }

    /** Verified by all checks save for {@code removed}. */
    Verdict verdict(Set<Check> removed) {
        return new AttestationVerifier(roots(), removed).verify(attestation(), expectation());
    }
}
