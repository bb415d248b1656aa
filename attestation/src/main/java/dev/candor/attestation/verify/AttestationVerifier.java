package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Attestation;
import dev.candor.attestation.evidence.AttestationCodec;
import dev.candor.attestation.evidence.Binding;
import dev.candor.attestation.evidence.Evidence;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.policy.MeasurementSet;
import dev.candor.attestation.policy.Policy;
import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Verifies attestation evidence against the vendors' roots, which are pinned by digest here. A pure function of the evidence and the expectation: no clock, no
 * network, no settings of the Java it runs on. Time and memory are bounded by the evidence's size, which is bounded itself. Thread-safe.
 */
public final class AttestationVerifier {
    private final Roots roots;
    private final Set<Check> removed;

    /** With the vendors' roots. */
    public AttestationVerifier() {
        this(Roots.VENDORS, Set.of());
    }

    /** With other roots, and without some checks: only this package, and so only its tests, can do so. */
    AttestationVerifier(Roots roots, Set<Check> removed) {
        this.roots = roots;
        this.removed = Set.copyOf(removed);
    }

    /** Verifies the bytes of {@link AttestationCodec}. Never throws on bad bytes. */
    public Verdict verify(Octets attestation, Expectation expectation) {
        try {
            return verify(AttestationCodec.decode(attestation), expectation);
        } catch (MalformedEvidenceException e) {
            return new Verdict.Refused(Check.WELL_FORMED, e.sentence());
        }
    }

    /** Verifies an attestation. Never throws on bad bytes. */
    public Verdict verify(Attestation attestation, Expectation expectation) {
        try {
            return decide(attestation, expectation, new Guard(removed));
        } catch (RefusedException e) {
            return new Verdict.Refused(e.check(), e.sentence());
        } catch (MalformedEvidenceException e) {
            return new Verdict.Refused(Check.WELL_FORMED, e.sentence());
        }
    }

    private Verdict decide(Attestation attestation, Expectation expectation, Guard guard) {
        Policy policy = expectation.policy();
        Kind kind = attestation.evidence().kind();
        guard.require(
                Check.KEY,
                attestation.key().equals(expectation.key()),
                () -> "the evidence is presented for the key "
                        + attestation.key().toHex() + ", expected is "
                        + expectation.key().toHex());
        guard.require(
                Check.NONCE,
                attestation.nonce().equals(expectation.nonce()),
                () -> "the evidence is presented for the nonce "
                        + attestation.nonce().toHex() + ", expected is "
                        + expectation.nonce().toHex());
        Facts facts = facts(attestation.evidence(), expectation, guard);
        guard.require(
                Check.BINDING,
                facts.bound().equals(Optional.of(Binding.of(kind, expectation.key(), expectation.nonce()))),
                () -> "the evidence does not bind the key and the nonce that it is presented for");
        policy.revoked().stream()
                .filter(each -> each.matches(kind, facts.measured()))
                .findFirst()
                .ifPresent(each -> guard.require(
                        Check.MEASUREMENT_REVOKED,
                        false,
                        () -> "the policy revokes these measurements: " + each.name()));
        Optional<MeasurementSet> allowed = policy.allowed().stream()
                .filter(each -> each.matches(kind, facts.measured()))
                .findFirst();
        guard.require(
                Check.MEASUREMENT_ALLOWED,
                allowed.isPresent(),
                () -> "the policy allows none of the measurements of this " + kind.policyName() + " evidence");
        // Only where the check was taken away is there none.
        MeasurementSet release =
                allowed.orElseGet(() -> new MeasurementSet(kind, "allowed by no policy", facts.measured()));
        return kind == Kind.SIMULATED
                ? new Verdict.Simulated(expectation.key(), release.name())
                : new Verdict.Attested(
                        kind, expectation.key(), release, facts.measured(), facts.tcb(), facts.advisories());
    }

    private Facts facts(Evidence evidence, Expectation expectation, Guard guard) {
        Policy policy = expectation.policy();
        Chains chains = new Chains(guard, expectation.time(), policy.revokedCertificates());
        return switch (evidence) {
            case Evidence.NitroDocument nitro ->
                new NitroRules(guard, chains, roots.nitro()).check(nitro, expectation.time(), policy.nitroAge());
            case Evidence.DcapQuote dcap ->
                new DcapRules(guard, chains, roots.intel(), expectation.time(), policy.intel()).check(dcap);
            case Evidence.SnpReport snp -> new SnpRules(guard, chains, roots.amd(), policy.snp()).check(snp);
            case Evidence.GpuReport gpu -> new GpuRules(guard, chains, roots.nvidia()).check(gpu);
            case Evidence.SimulatedStatement statement -> simulated(statement, policy, guard);
        };
    }

    private static Facts simulated(Evidence.SimulatedStatement statement, Policy policy, Guard guard) {
        guard.require(
                Check.SIMULATED,
                policy.simulated(),
                () -> "the evidence is software's word, which the policy does not believe");
        TreeMap<String, Octets> measured = new TreeMap<>();
        measured.put("MEASUREMENT", statement.measurement());
        return Facts.of(Optional.of(statement.binding()), measured);
    }
}
